import { expect, it } from 'vitest';
import { plaintextCredentials, withoutTls } from './plaintext-credentials.ts';

const refused = (address: string, allowed = false) =>
  plaintextCredentials({ ALLOW_PLAINTEXT_CREDENTIALS: allowed }, 'SOME_PASSWORD', [address], 'use TLS');

it.each([
  'http://search.example.com',
  'http://10.0.0.5:9200',
  'kafka:9092',
  'http://localhost.example.com',
  '127.example.com:1',
])('refuses credentials that go in the clear to %s, unless they are allowed to', (address) => {
  expect(refused(address)).toBe(
    `SOME_PASSWORD would be sent to ${address} without TLS: use TLS, or set ALLOW_PLAINTEXT_CREDENTIALS=true where nobody else can listen`,
  );
  expect(refused(address, true)).toBeUndefined();
});

it.each(['http://localhost:9200', '127.0.0.1:9092', 'http://127.1.2.3', 'http://[::1]:9200', 'mqtt://localhost:1883'])(
  'lets them be where they stay on this machine: %s',
  (address) => expect(refused(address)).toBeUndefined(),
);

it('knows which addresses are without TLS', () => {
  expect(withoutTls(['http://a', 'https://b', 'ws://c', 'wss://d', 'mqtt://e', 'mqtts://f', 'HTTP://g'])).toEqual([
    'http://a',
    'ws://c',
    'mqtt://e',
    'HTTP://g',
  ]);
});
