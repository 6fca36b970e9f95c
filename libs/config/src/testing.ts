/** A certificate that signs itself, valid for a hundred years: for tests of settings that name files. */
export const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBdDCCARugAwIBAgIUGxFo1KkXraZy0sR6HM/zcvwpYagwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjYyMTIxNDlaGA8yMTI2MTEwMjIxMjE0
OVowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMGm
zl0vrmG63sT64fLqgvfjC3ZfikPrjWLdAW6SHr3MvM4HiZyiDiauWpwNgoXqoHqg
WPayhPylEAX2DznrNESjUzBRMB0GA1UdDgQWBBSHXb9aFb72MhQSGENArzmxhB0G
KDAfBgNVHSMEGDAWgBSHXb9aFb72MhQSGENArzmxhB0GKDAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0cAMEQCIGRtIVrt/6c3HNCeRVkTK3iS0ZjSqG0rlUvF
9f6DQkk0AiAusqK4jav5Orq0JWTtRmxo983/6Hv7L8lFrGqDi8V4Ag==
-----END CERTIFICATE-----
`;

/** Its private key, which protects nothing. */
export const testPrivateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgNh/3qC3mWY17JWHB
975v6M1uXtMC8s6StGV/mDPhnWehRANCAATBps5dL65hut7E+uHy6oL34wt2X4pD
641i3QFukh69zLzOB4mcog4mrlqcDYKF6qB6oFj2soT8pRAF9g856zRE
-----END PRIVATE KEY-----
`;
