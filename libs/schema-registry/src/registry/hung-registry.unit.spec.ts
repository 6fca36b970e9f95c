import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Server } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createCodec } from '../codec.ts';
import { UnreadableRecord } from '../unreadable-record.ts';

const value = Buffer.of(0, 0, 0, 0, 7, 0);

async function codecOf(server: Server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return createCodec({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

it('a registry that accepts the connection and never answers is an outage, not an endless wait', async () => {
  const codec = await codecOf(createSocketServer((socket) => socket.on('error', () => {}).resume()));
  await expect(codec.fetchSchema(value)).rejects.not.toBeInstanceOf(UnreadableRecord);
}, 120_000);

it('asks once about a schema that there is not, for all values that had been read before; and again for a later one', async () => {
  let known = false;
  const listener = vi.fn<RequestListener>((_, response) => {
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/vnd.schemaregistry.v1+json' });
    response.end(JSON.stringify(known ? { schema: '"string"' } : { error_code: 40403, message: 'Schema not found' }));
  });
  const codec = await codecOf(createServer(listener));
  const readMs = performance.now();
  await expect(codec.fetchSchema(value, readMs)).rejects.toThrow(UnreadableRecord);
  const requests = listener.mock.calls.length;
  for (let record = 0; record < 100; record++)
    await expect(codec.fetchSchema(value, readMs)).rejects.toThrow(UnreadableRecord);
  expect(listener).toHaveBeenCalledTimes(requests);
  known = true;
  expect((await codec.fetchSchema(value, performance.now())).avro).toBe('string');
});

/** A registry that has the schema, or denies it. */
async function member(has: boolean): Promise<{ url: string; asked: () => number; end(): void }> {
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response.writeHead(has ? 200 : 404, { 'content-type': 'application/vnd.schemaregistry.v1+json' });
    response.end(JSON.stringify(has ? { schema: '"string"' } : { error_code: 40403, message: 'Schema not found' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(end);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked, end };
}

it('asks the next registry where one is down, and stays with the one that answered', async () => {
  const [down, up] = [await member(true), await member(true)];
  down.end();
  const codec = createCodec({ url: [down.url, up.url], maxSchemas: 0 });
  expect((await codec.fetchSchema(value)).avro).toBe('string');
  const startedMs = performance.now();
  await codec.fetchSchema(value);
  expect(performance.now() - startedMs).toBeLessThan(500);
  expect(up.asked()).toBe(2);
}, 30_000);

it('takes a schema from the registry that has it, where another one has not heard of it yet', async () => {
  const [behind, ahead] = [await member(false), await member(true)];
  const codec = createCodec({ url: [behind.url, ahead.url] });
  expect((await codec.fetchSchema(value)).avro).toBe('string');
});

it('gives a record up only when all registries deny its schema, and not while one of them is down', async () => {
  const [first, second] = [await member(false), await member(false)];
  const codec = createCodec({ url: [first.url, second.url] });
  await expect(codec.fetchSchema(value)).rejects.toThrow(UnreadableRecord);
  second.end();
  await expect(codec.fetchSchema(value)).rejects.toThrow(`the schema registry at ${second.url} cannot be reached`);
}, 30_000);
