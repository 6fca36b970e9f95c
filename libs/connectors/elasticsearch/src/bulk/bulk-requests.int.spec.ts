import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { EventContract } from '@sluice/contracts';
import type { Sink } from '@sluice/sink';
import {
  eventually,
  httpProxy,
  serverAddresses,
  type Answering,
  type HttpProxy,
  type ProxiedRequest,
  type ProxyAnswer,
} from '@sluice/testkit';
import { elasticsearchSink } from '../elasticsearch-sink.ts';
import {
  idsByIndex,
  removeIndices,
  server,
  silent,
  statuses,
  testConfig,
  testContract,
  testRecord,
  write,
} from '../testing/test-sink.ts';

const client = server();
const time = '2026-01-02T03:04:05.000Z';
const used: { contract: EventContract; sink: Sink; proxy: HttpProxy }[] = [];

/** An opened sink whose bulk requests pass a network element that answers what it says. */
async function openSink(answering: Answering = (_, forward) => forward(), environment: Record<string, string> = {}) {
  const contract = testContract();
  const bulks: ProxiedRequest[] = [];
  const proxy = await httpProxy({
    target: serverAddresses().elasticsearchUrl,
    async answering(request, forward) {
      if (!request.url.startsWith('/_bulk')) return forward();
      bulks.push(request);
      const outcome = await answering(request, forward);
      if (typeof outcome === 'string') return outcome;
      return { ...outcome, headers: { 'x-elastic-product': 'Elasticsearch', ...outcome.headers } };
    },
  });
  const sink = elasticsearchSink(testConfig({ ELASTICSEARCH_URL: proxy.url, ...environment }), [contract], silent);
  used.push({ contract, sink, proxy });
  await sink.open(new AbortController().signal);
  return { contract, sink, proxy, bulks };
}

const ids = (count: number) => Array.from({ length: count }, (_, n) => `id-${String(n).padStart(3, '0')}`);
const records = (count: number, textLength = 100) =>
  ids(count).map((id) => testRecord(id, time, { text: 'x'.repeat(textLength) }));
const delivered = async (contract: EventContract) => Object.values(await idsByIndex(contract)).flat();

afterEach(async () => {
  for (const { contract, sink, proxy } of used.splice(0)) {
    await sink.close();
    await proxy.close();
    await removeIndices(client, contract);
  }
});
afterAll(() => client.close());

describe('requests', () => {
  it('hold no more bytes than configured, unless a single document does', async () => {
    const { contract, sink, bulks } = await openSink(undefined, { ELASTICSEARCH_REQUEST_BYTES: '2000' });
    const batch = [...records(30), testRecord('large', time, { text: 'x'.repeat(5000) })];
    expect(statuses(await write(sink, contract, batch))).toEqual(batch.map(() => 'delivered'));
    const sizes = bulks.map(({ body }) => body.length);
    expect(sizes.filter((size) => size > 2000)).toHaveLength(1);
    // Two of them would not fit into one request.
    expect(sizes.slice(0, -2).every((size) => size > 1000)).toBe(true);
    expect(await delivered(contract)).toEqual([...ids(30), 'large']);
  });

  it('are split where they are too large (413), down to the one document that is', async () => {
    const limit = 1500;
    const { contract, sink, bulks } = await openSink(({ body }, forward) =>
      body.length > limit ? { status: 413 } : forward(),
    );
    const batch = records(40);
    batch[17] = testRecord('id-017', time, { text: 'x'.repeat(limit) });
    const verdicts = await write(sink, contract, batch);
    expect(verdicts[17]).toEqual({
      status: 'rejected',
      reason: 'the document is larger than the cluster takes (413)',
    });
    expect(statuses(verdicts).filter((status) => status === 'delivered')).toHaveLength(39);
    expect(await delivered(contract)).toEqual(ids(40).filter((id) => id !== 'id-017'));
    expect(bulks.length).toBeLessThan(30);
  });

  it('are compressed by option, and the cluster takes them', async () => {
    const { contract, sink, bulks } = await openSink(undefined, { ELASTICSEARCH_COMPRESSION: 'true' });
    expect(statuses(await write(sink, contract, records(20)))).toEqual(ids(20).map(() => 'delivered'));
    const [request] = bulks;
    expect(request?.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(request?.body ?? '').toString()).toContain('"_id":"id-019"');
    expect(await delivered(contract)).toEqual(ids(20));
  });

  it('are not compressed otherwise', async () => {
    const { contract, sink, bulks } = await openSink();
    await write(sink, contract, records(1));
    expect(bulks[0]?.headers['content-encoding']).toBeUndefined();
    expect(bulks[0]?.body.toString()).toContain('"_id":"id-000"');
  });

  it('keep their bytes apart while writes of several partitions overlap', async () => {
    // Compression reads the bytes later than any socket does.
    const { contract, sink } = await openSink(undefined, {
      ELASTICSEARCH_REQUEST_BYTES: '20000',
      ELASTICSEARCH_COMPRESSION: 'true',
    });
    const partitions = Array.from({ length: 6 }, (_, p) =>
      Array.from({ length: 60 }, (_, n) =>
        testRecord(`${p}-${n}`, time, { n: p * 1000 + n, text: 'x'.repeat(p * 300) }),
      ),
    );
    for (let round = 0; round < 2; round++) await Promise.all(partitions.map((batch) => write(sink, contract, batch)));
    await client.indices.refresh({ index: contract.topic });
    const { hits } = await client.search<{ n: number; text: string }>({ index: contract.topic, size: 1000 });
    expect(hits.hits.map(({ _id, _source }) => [_id, _source?.n, _source?.text.length]).sort()).toEqual(
      partitions
        .flat()
        .map(({ id, value }) => [id, (value as { n: number }).n, (value as { text: string }).text.length])
        .sort(),
    );
  });
});

describe('an answer', () => {
  const failure = (status: number, type: string): ProxyAnswer => ({
    status,
    body: { error: { type, reason: 'SECRET' }, status },
  });

  it.each([429, 500, 502, 503, 504, 401, 403, 404])(
    'of %i for a whole request has every record tried again',
    async (status) => {
      const { contract, sink } = await openSink(() => failure(status, 'some_exception'));
      expect(await write(sink, contract, records(3))).toMatchObject(
        records(3).map(() => ({ status: 'retry', reason: expect.stringContaining(`some_exception (${status})`) })),
      );
    },
  );

  it('that pushes back keeps what the requests before it delivered', async () => {
    let requests = 0;
    const { contract, sink, bulks } = await openSink(
      (_, forward) => (++requests > 2 ? failure(429, 'es_rejected_execution_exception') : forward()),
      { ELASTICSEARCH_REQUEST_BYTES: '1700' },
    );
    const verdicts = statuses(await write(sink, contract, records(100)));
    const taken = verdicts.filter((status) => status === 'delivered').length;
    expect(taken).toBeGreaterThan(10);
    expect(verdicts).toEqual(ids(100).map((_, n) => (n < taken ? 'delivered' : 'retry')));
    expect(await delivered(contract)).toEqual(ids(taken));
    // The rest is not pressed upon a cluster that pushes back.
    expect(bulks).toHaveLength(3);
  });

  it('of 400 in the cluster’s own form isolates the record that it is about', async () => {
    const { contract, sink } = await openSink(({ body }, forward) =>
      body.includes('"_id":"id-005"') ? failure(400, 'action_request_validation_exception') : forward(),
    );
    const verdicts = await write(sink, contract, records(10));
    expect(verdicts[5]).toEqual({
      status: 'rejected',
      reason: 'refused with its whole request: action_request_validation_exception (400)',
    });
    expect(await delivered(contract)).toEqual(ids(10).filter((id) => id !== 'id-005'));
  });

  it('of 400 from something else on the way rejects nothing', async () => {
    const { contract, sink } = await openSink(() => ({
      status: 400,
      headers: { 'content-type': 'text/html' },
      body: '<html>400 The plain HTTP request was sent to HTTPS port</html>',
    }));
    expect(statuses(await write(sink, contract, records(2)))).toEqual(['retry', 'retry']);
  });

  it.each([
    ['for fewer documents', { items: [{ create: { status: 201 } }] }],
    ['for more documents', { items: Array.from({ length: 3 }, () => ({ create: { status: 201 } })) }],
    ['without items', {}],
  ])('%s is no answer: nothing is known', async (_, body) => {
    const { contract, sink } = await openSink(() => ({ status: 200, body }));
    await expect(write(sink, contract, records(2))).rejects.toThrow(
      /^Elasticsearch answered \d items for 2 documents: check whether ELASTICSEARCH_URL/,
    );
  });

  it('that does not come in time is none, and what was written without it is not written twice', async () => {
    let lost = 0;
    const { contract, sink } = await openSink(
      async (_, forward) => {
        const answer = await forward();
        return lost++ === 0 ? 'silence' : answer;
      },
      { ELASTICSEARCH_REQUEST_TIMEOUT_MS: '1000' },
    );
    await expect(write(sink, contract, records(5))).rejects.toThrow(/timed out/i);
    expect(statuses(await write(sink, contract, records(5)))).toEqual(ids(5).map(() => 'delivered'));
    expect(await delivered(contract)).toEqual(ids(5));
  });
});

describe('a connection', () => {
  it('that is refused says nothing of the records', async () => {
    const { contract, sink, proxy } = await openSink();
    await proxy.close();
    used.splice(0);
    await expect(write(sink, contract, records(2))).rejects.toThrow(/ECONNREFUSED|closed/);
    await expect(write(sink, contract, records(2))).rejects.toThrow(/ECONNREFUSED/);
    await sink.close();
    await removeIndices(client, contract);
  });

  it('is given up at once when the signal is aborted', async () => {
    const { contract, sink, bulks } = await openSink(() => 'silence');
    const abort = new AbortController();
    const writing = write(sink, contract, records(2), abort.signal);
    const failed = expect(writing).rejects.toThrow(/abort/i);
    await eventually(() => expect(bulks).toHaveLength(1));
    abort.abort();
    await failed;
  });
});
