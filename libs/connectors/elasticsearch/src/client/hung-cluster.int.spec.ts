import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bulkRequests } from '@sluice/document-sink';
import { expect, it, onTestFinished } from 'vitest';
import { elasticsearchClient } from './elasticsearch-client.ts';
import { elasticsearchCluster } from './elasticsearch-cluster.ts';
import { testConfig, testRecord } from '../testing/test-sink.ts';

it('a cluster that accepts connections and never answers costs no memory for each try', async () => {
  const server = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const client = elasticsearchClient(testConfig({ ELASTICSEARCH_URL: `http://127.0.0.1:${port}` }), {
    requestTimeout: 100,
  });
  onTestFinished(() => client.close());
  const requests = bulkRequests(elasticsearchCluster(client), {
    maxRequestBytes: 10_000_000,
    requestTimeoutMs: 100,
    concurrency: 1,
  });
  const records = Array.from({ length: 1_000 }, (_, n) =>
    testRecord(`id-${n}`, '2026-03-05T12:00:00Z', { text: 'x'.repeat(2_000) }),
  );
  setFlagsFromString('--expose_gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const errors: unknown[] = [];
  const before = process.memoryUsage();
  for (let tries = 0; tries < 10; tries++)
    await requests
      .create(
        [{ records, event: { indexOf: () => 'index', arrival: undefined, rescues: true, open: [] } }],
        new AbortController().signal,
      )
      .catch((error) => errors.push(error));
  expect(errors).toHaveLength(10);
  // Each body is 2 MB. An error that carries a copy of it, byte by byte as numbers or text, is held here.
  collectGarbage();
  const after = process.memoryUsage();
  expect(after.heapUsed - before.heapUsed).toBeLessThan(10_000_000);
  expect(JSON.stringify(errors)).not.toContain('xxxx');
});
