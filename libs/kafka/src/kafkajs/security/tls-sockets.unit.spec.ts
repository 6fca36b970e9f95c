import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, TLSSocket } from 'node:tls';
import { loadConfig } from '@sluice/config';
import { testCertificate, testPrivateKey } from '@sluice/config/testing';
import { generate } from 'selfsigned';
import { expect, it, onTestFinished } from 'vitest';
import { kafkaRules, kafkaSettings } from '../../kafka-settings.ts';
import { tlsSockets } from './tls-sockets.ts';

/** A server that asks for the client's certificate, and tells whose it was. */
async function server() {
  const names: unknown[] = [];
  const listening = createServer(
    { cert: testCertificate, key: testPrivateKey, requestCert: true, rejectUnauthorized: false },
    (socket) => {
      names.push(socket.getPeerCertificate().subject?.CN);
      socket.end();
    },
  ).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  onTestFinished(() => void listening.close());
  return { port: (listening.address() as AddressInfo).port, names };
}

const certificateOf = async (name: string) => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
  });
  return { cert, key };
};

it('each connection takes the certificate that the files hold then; while they are written, the last one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tls-sockets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [caFile, certFile, keyFile] = ['ca.pem', 'client.pem', 'client.key'].map((file) => join(folder, file));
  if (caFile === undefined || certFile === undefined || keyFile === undefined) throw new Error('three files');
  const put = ({ cert, key }: { cert: string; key: string }) => {
    writeFileSync(certFile, cert);
    writeFileSync(keyFile, key);
  };
  const [first, second] = [await certificateOf('first'), await certificateOf('second')];
  writeFileSync(caFile, testCertificate);
  put(first);
  const config = loadConfig(
    'test',
    kafkaSettings,
    { KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: caFile, KAFKA_TLS_CERT_FILE: certFile, KAFKA_TLS_KEY_FILE: keyFile },
    kafkaRules,
  );
  const sockets = tlsSockets(config);
  const { port, names } = await server();
  const connected = async () => {
    const socket = sockets({ host: '127.0.0.1', port, ssl: {}, onConnect: () => {} });
    socket.resume();
    await once(socket, 'close');
    expect(socket instanceof TLSSocket && socket.authorized).toBe(true);
  };

  await connected();
  put({ cert: second.cert.slice(0, 200), key: '' });
  await connected();
  put(second);
  await connected();
  expect(names).toEqual(['first', 'first', 'second']);
});
