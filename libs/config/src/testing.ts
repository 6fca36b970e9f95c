/**
 * A certificate that signs itself, valid for a hundred years, for localhost, 127.0.0.1, and any host of googleapis.com and example.com:
 * for tests of settings that name files, and of servers.
 */
export const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBszCCAVqgAwIBAgIUD6R3W0r0fyoCOmk3zrlDWpYC5VAwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjcwMDIzNDFaGA8yMTI2MTEwMzAwMjM0
MVowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDrB
+92NsxYb1T6au1JYZ4VcNyKpOdsuUof4wcraATTULIXmoYI2FaTatNrmQUuaF7L5
d61Ob8TzBeEGTRxjVPujgZEwgY4wHQYDVR0OBBYEFBTrV5h9B7pMn2/9FPwgyjs0
ZAkDMB8GA1UdIwQYMBaAFBTrV5h9B7pMn2/9FPwgyjs0ZAkDMA8GA1UdEwEB/wQF
MAMBAf8wOwYDVR0RBDQwMoIJbG9jYWxob3N0hwR/AAABghAqLmdvb2dsZWFwaXMu
Y29tgg0qLmV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0cAMEQCIHpdgiSTc2QVQpWl
eluGiyOJOxa4wynZTWrZ3CItiDm0AiAcpHHoYmpIWuShEEZ6Ht2l5kVe39LBJaLX
HWw+7+Miww==
-----END CERTIFICATE-----
`;

/** Its private key, which protects nothing. */
export const testPrivateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg+R1oasUl5aM5wOMU
ZyifayOVTK9o7XgGv/LwvJsB9sahRANCAAQ6wfvdjbMWG9U+mrtSWGeFXDciqTnb
LlKH+MHK2gE01CyF5qGCNhWk2rTa5kFLmhey+XetTm/E8wXhBk0cY1T7
-----END PRIVATE KEY-----
`;
