import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { retryCause } from './retry-cause.ts';

const errorOf = (act: Promise<unknown>) =>
  act.then(
    () => undefined,
    (error: unknown) => error,
  );

it('is that a server cannot be reached, where a connection is refused or breaks off', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  expect(retryCause(await errorOf(fetch(`http://127.0.0.1:${port}/`)))).toBe('unreachable');
  await new Promise((resolve) => server.close(resolve));
  expect(retryCause(await errorOf(fetch(`http://127.0.0.1:${port}/`)))).toBe('unreachable');
});

it('is a timeout, where a server accepts the connection and does not answer', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const signal = AbortSignal.timeout(50);
  expect(retryCause(await errorOf(fetch(`http://127.0.0.1:${port}/`, { signal })))).toBe('timeout');
  server.close();
});

it('is found through the errors that led to one, and by the status of an answer', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  expect(retryCause(new Error('Elasticsearch cannot be reached', { cause: refused }))).toBe('unreachable');
  expect(retryCause(Object.assign(new Error('too many requests'), { statusCode: 429 }))).toBe('overloaded');
  expect(retryCause(Object.assign(new Error('unavailable'), { code: 503 }))).toBe('overloaded');
  expect(retryCause(new Error('no shard'))).toBe('other');
  expect(retryCause('text')).toBe('other');
});
