import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { loadConfig } from '@sluice/config';
import { testCertificate, testPrivateKey } from '@sluice/config/testing';
import { bulkRequests } from '@sluice/document-sink';
import { describeError } from '@sluice/telemetry';
import { describe, expect, it, onTestFinished } from 'vitest';
import { remedy } from './cluster-problem.ts';
import { elasticsearchRules, elasticsearchSinkSettings } from '../settings.ts';
import { elasticsearchClient } from './elasticsearch-client.ts';
import { elasticsearchCluster } from './elasticsearch-cluster.ts';
import { elasticsearchSink } from '../elasticsearch-sink.ts';
import { silent, testContract, testRecord } from '../testing/test-sink.ts';

const signal = new AbortController().signal;
const password = 'not-to-be-told';

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `localhost:${(server.address() as AddressInfo).port}/search`;
}

const answering = (status: number, body: object | string, headers: Record<string, string> = {}) =>
  listen(
    createHttpServer((request, response) => {
      request.resume();
      response.writeHead(status, {
        'content-type': typeof body === 'string' ? 'text/html' : 'application/json',
        ...headers,
      });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    }),
  );

/** What preparing the indices says, and what writing says. */
async function said(url: string): Promise<string[]> {
  const config = loadConfig(
    'elasticsearch',
    elasticsearchSinkSettings,
    { ELASTICSEARCH_URL: url, ELASTICSEARCH_USERNAME: 'sink', ELASTICSEARCH_PASSWORD: password },
    elasticsearchRules,
  );
  const sink = elasticsearchSink(config, [testContract()], silent);
  const client = elasticsearchClient(config, { requestTimeout: 30_000 });
  onTestFinished(async () => {
    await sink.close();
    await client.close();
  });
  const requests = bulkRequests(elasticsearchCluster(client), {
    maxRequestBytes: 1_000,
    requestTimeoutMs: 5_000,
    concurrency: 1,
  });
  const opened = await sink.open(signal).then(() => 'opened', describeError);
  const written = await requests
    .create(
      [
        {
          records: [testRecord('a', '2026-01-02T03:04:05.000Z')],
          event: { indexOf: () => 'index', arrival: undefined, rescues: true, open: [] },
        },
      ],
      signal,
    )
    .then((verdicts) => JSON.stringify(verdicts[0]), describeError);
  for (const text of [opened, written]) expect(text).not.toContain(password);
  return [opened, written];
}

const refusal = (reason: string) => ({ error: { type: 'security_exception', reason } });
const elastic = { 'x-elastic-product': 'Elasticsearch' };

describe('a mistake that only the cluster notices names the setting', () => {
  it('of the credentials', async () => {
    const body = refusal('unable to authenticate user [sink] for REST request [/_bulk]');
    for (const text of await said(`http://${await answering(401, body, elastic)}`))
      expect(text).toContain('check ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD');
  });

  it.each([
    [404, '<html>no such page</html>'],
    [404, { detail: 'no such page' }],
    [400, { error: 'no handler found for uri [/search/_bulk] and method [POST]' }],
    [405, { error: 'Incorrect HTTP method for uri [/search/_bulk]' }],
  ])('of the address, where it leads to no Elasticsearch: %i %j', async (status, body) => {
    for (const text of await said(`http://${await answering(status, body)}`))
      expect(text).toContain(
        'there is no Elasticsearch at this path: check the host and the path of ELASTICSEARCH_URL',
      );
  });

  it.each([
    [200, '<html>hello</html>', {}],
    [200, {}, {}],
    [302, '', { location: 'http://localhost:1/' }],
  ])('of the address, where something else answers: %i %j', async (status, body, headers) => {
    for (const text of await said(`http://${await answering(status, body, headers)}`))
      expect(text).toContain('ELASTICSEARCH_URL');
  });

  it('of TLS, where the port speaks it', async () => {
    for (const text of await said(`http://${await listen(createTlsServer())}`))
      expect(text).toContain('if this port speaks TLS, let ELASTICSEARCH_URL begin with https://');
  });

  it('of TLS, where the port does not speak it', async () => {
    for (const text of await said(`https://${await answering(200, {})}`))
      expect(text).toContain('let ELASTICSEARCH_URL begin with http://');
  });

  it('of the authority', async () => {
    const server = createTlsServer({ cert: testCertificate, key: testPrivateKey });
    for (const text of await said(`https://${await listen(server)}`))
      expect(text).toContain('set ELASTICSEARCH_CA_FILE to the authority that signed it');
  });
});

describe('a missing privilege is named', () => {
  it.each([
    ['indices:admin/index_template/put', 'the cluster privilege manage_index_templates to'],
    ['indices:data/write/bulk[s]', 'create_doc on the topic and its indices'],
    ['indices:data/read/mget[shard]', 'read on the topic and its indices'],
    ['indices:admin/auto_create', 'auto_configure on the topic'],
    ['indices:admin/mapping/put', 'create_doc and indices:admin/mapping/put on'],
    ['indices:admin/aliases', 'manage on the topic'],
    ['indices:admin/aliases/get', 'view_index_metadata on the topic'],
  ])('for %s', async (action, privilege) => {
    const body = refusal(`action [${action}] is unauthorized for user [sink] with effective roles [reader]`);
    for (const text of await said(`http://${await answering(403, body, elastic)}`))
      expect(text).toContain(`grant ${privilege}`);
  });

  it('and a block of an index is none', () => {
    expect(
      remedy(403, { type: 'cluster_block_exception', reason: 'index [a] blocked by: [FORBIDDEN/8/x]' }),
    ).toBeUndefined();
  });
});

it.each([301, 302, 307, 308])('credentials do not go along with a redirect to another host (%i)', async (status) => {
  const caught: (string | undefined)[] = [];
  const other = await listen(
    createHttpServer((request, response) => {
      caught.push(request.headers.authorization);
      response.writeHead(200, { 'content-type': 'application/json', ...elastic }).end('{}');
    }),
  );
  await said(
    `http://${await answering(status, '', { location: `http://${other.replace('localhost', '127.0.0.1')}` })}`,
  );
  for (const authorization of caught) expect(authorization).toBeUndefined();
});
