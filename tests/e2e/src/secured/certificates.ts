import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** A certificate that is its own authority, in files. */
export interface CertificateFiles {
  certificate: string;
  key: string;
  /** Key and certificate in one file, as Kafka takes them. */
  keyStore: string;
}

const dayMs = 86_400_000;

/** Writes a certificate for this host. @param validUntilMs when it expires; it has been valid for two days */
export async function writeCertificate(
  folder: string,
  name: string,
  validUntilMs = Date.now() + dayMs,
): Promise<CertificateFiles> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    ...{ keyType: 'ec', algorithm: 'sha256' },
    ...{ notBeforeDate: new Date(Date.now() - 2 * dayMs), notAfterDate: new Date(validUntilMs) },
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  const files = {
    certificate: join(folder, `${name}.pem`),
    key: join(folder, `${name}.key`),
    keyStore: join(folder, `${name}-keys.pem`),
  };
  await writeFile(files.certificate, cert);
  await writeFile(files.key, key, { mode: 0o600 });
  await writeFile(files.keyStore, `${key.trim()}\n${cert}`, { mode: 0o600 });
  return files;
}
