import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { indexName, type EventContract } from '@sluice/contracts';
import type { Sink } from '@sluice/sink';
import { createMetrics } from '@sluice/telemetry';
import { eventually } from '@sluice/testkit';
import { elasticsearchSink } from './elasticsearch-sink.ts';
import { documentReader } from './reader/document-reader.ts';
import {
  removeIndices,
  server,
  silent,
  statuses,
  testConfig,
  testContract,
  testRecord,
  write,
} from './testing/test-sink.ts';

const client = server();
const signal = new AbortController().signal;
const time = '2026-01-02T03:04:05.000Z';
const used: { contract: EventContract; sink: Sink }[] = [];

/** An opened sink, after somebody made the index with a mapping of their own, if one is given. */
async function openSink(
  options: Parameters<typeof testContract>[0],
  made?: object,
  environment: Record<string, string> = {},
) {
  const contract = testContract(options);
  const index = indexName(contract)(Date.parse(time));
  if (made !== undefined) await client.indices.create({ index, mappings: made });
  return { contract, index, ...(await opened(contract, environment)) };
}

async function opened(contract: EventContract, environment: Record<string, string>) {
  const metrics = createMetrics('test');
  const sink = elasticsearchSink(testConfig(environment), [contract], silent, metrics);
  used.push({ contract, sink });
  await sink.open(signal);
  const metric = async (name: string) =>
    (await metrics.expose()).text.split('\n').filter((line) => line.startsWith(name));
  return { sink, metric };
}

/** What a sink shows that has just been started: one that runs asks the cluster only twice a minute. */
const restarted = async (contract: EventContract, environment: Record<string, string> = {}) =>
  (await opened(contract, environment)).metric;

/** The documents as an audit reads them. */
async function readBack(contract: EventContract, ids: readonly string[]): Promise<unknown[]> {
  const reader = documentReader(testConfig(), signal);
  try {
    await reader.refresh(contract);
    const found = await reader.find(contract, ids);
    return ids.map((id) => found.find((one) => one.id === id)?.document);
  } finally {
    await reader.close();
  }
}

afterEach(async () => {
  for (const { contract, sink } of used.splice(0)) {
    await sink.close();
    await removeIndices(client, contract);
  }
});
afterAll(() => client.close());

const number = { name: 'n', type: 'long' };
const word = { name: 'word', type: 'string' };
const json = { name: 'raw', type: { type: 'string', logicalType: 'json' } };
const parts = {
  name: 'parts',
  type: { type: 'array', items: { type: 'record', name: 'Part', fields: [{ name: 'size', type: 'int' }] } },
};

describe('a value that the mapping does not take', () => {
  it('is kept unindexed where it is text for a number, and counted', async () => {
    const { contract, sink } = await openSink({ fields: [number, { name: 'flag', type: 'boolean' }] });
    const batch = [
      testRecord('a', time, { n: 'SECRET', flag: true }),
      testRecord('b', time, { n: 1, flag: 'maybe' }),
      testRecord('c', time, { n: 2, flag: false }),
    ];
    expect(await write(sink, contract, batch)).toEqual(batch.map(() => ({ status: 'delivered' })));
    await client.indices.refresh({ index: contract.topic });
    const { count } = await client.count({ index: contract.topic, query: { term: { _ignored: 'n' } } });
    expect(count).toBe(1);
    expect(await readBack(contract, ['a'])).toEqual([{ time, n: 'SECRET', flag: true }]);
    const metric = await restarted(contract);
    await eventually(async () => {
      const shown = await metric('sink_ignored_documents_count');
      expect(shown.filter((line) => / 1$/.test(line)).map((line) => /field="(\w+)"/.exec(line)?.[1])).toEqual(
        expect.arrayContaining(['n', 'flag']),
      );
    });
  });

  it.each<[string, object | string, string]>([
    ['an object for a number', { n: { x: 1.5, y: [null] } }, 'n'],
    ['an array with an object for a number', { n: [1, { x: 2 }] }, 'n'],
    ['an object for a word', { word: { first: 'a' } }, 'word'],
    ['text for an object', { parts: 'none' }, 'parts'],
    ['an object for a number of an element', { parts: [{ size: 1 }, { size: { mm: 2 } }] }, 'parts.size'],
    ['text for JSON that is an object', { raw: 'just text' }, 'raw'],
    ['JSON with a name that is too long for a word', { raw: { ['x'.repeat(40_000)]: 'y' } }, 'raw'],
  ])('is moved aside where it is %s', async (_, body, field) => {
    const { contract, sink, index } = await openSink({ fields: [number, word, json, parts] });
    const text = JSON.stringify({ time, other: 12345678901234, ...Object(body) });
    const batch = [testRecord('good', time, { n: 1 }), testRecord('odd', time, text)];
    expect(await write(sink, contract, batch)).toEqual([
      { status: 'delivered' },
      { status: 'delivered', rescued: [field] },
    ]);
    const { _source: stored } = await client.get<Record<string, unknown>>({ index, id: 'odd' });
    expect(stored?.['_sluice']).toMatchObject({
      rescued: expect.arrayContaining([
        { field, at: expect.any(String) as string, value: expect.any(String) as string },
      ]) as unknown[],
    });
    expect(await readBack(contract, ['odd'])).toEqual([JSON.parse(text)]);
    const { hits } = await client.search({
      index: contract.topic,
      query: { term: { '_sluice.rescued.field': field } },
    });
    expect(hits.hits.map(({ _id }) => _id)).toEqual(['odd']);
    // The same contents again are the same event. Other contents under its id are a conflict.
    expect(statuses(await write(sink, contract, batch))).toEqual(['delivered', 'delivered']);
    const other = testRecord('odd', time, {
      n: { x: 7 },
      word: { first: 'b' },
      parts: [{ size: { x: 7 } }],
      raw: 'other text',
    });
    expect(await write(sink, contract, [other])).toMatchObject([{ status: 'rejected', errorClass: 'conflict' }]);
  });

  it('is moved aside with others of its document, and no more than eight', async () => {
    const fields = Array.from({ length: 9 }, (_, n) => ({ name: `f${n}`, type: 'long' }));
    const { contract, sink } = await openSink({ fields });
    const odd = (count: number) => Object.fromEntries(fields.map(({ name }, n) => [name, n < count ? { x: n } : n]));
    const verdicts = await write(sink, contract, [testRecord('two', time, odd(2)), testRecord('nine', time, odd(9))]);
    expect(verdicts).toMatchObject([{ status: 'delivered', rescued: ['f0', 'f1'] }, { status: 'rejected' }]);
    expect(JSON.stringify(verdicts)).not.toContain('"x"');
  });

  it('is kept in an index that an older version made: types stay, and the rest of the contract is added', async () => {
    const made = {
      dynamic: 'strict' as const,
      properties: { n: { type: 'long' }, word: { type: 'long' }, time: { type: 'date' } },
    };
    const text = { name: 'note', type: 'string', sluice: { search: 'text' } };
    const { contract, sink, index } = await openSink({ fields: [number, word, parts, text] }, made);
    const batch = [
      testRecord('a', time, { n: 'text', word: 'w', parts: [{ size: 1 }] }),
      testRecord('b', time, { n: 1, word: { first: 'w' }, newer: { x: 1 } }),
    ];
    expect(await write(sink, contract, batch)).toEqual([
      { status: 'delivered' },
      { status: 'delivered', rescued: expect.arrayContaining(['word', 'newer']) as unknown },
    ]);
    const { [index]: found } = await client.indices.getMapping({ index });
    expect(found?.mappings.properties).toMatchObject({
      n: { type: 'long', ignore_malformed: true },
      word: { type: 'long', ignore_malformed: true },
      parts: { properties: { size: { type: 'integer' } } },
    });
    expect(await readBack(contract, ['a', 'b'])).toEqual([
      { time, n: 'text', word: 'w', parts: [{ size: 1 }] },
      { time, n: 1, word: { first: 'w' }, newer: { x: 1 } },
    ]);
  });

  it('is a dead letter where the contract says so', async () => {
    const { contract, sink } = await openSink({ fields: [number], refused: 'dead-letter' });
    const batch = [testRecord('a', time, { n: 'text' }), testRecord('b', time, { n: {} })];
    expect(statuses(await write(sink, contract, batch))).toEqual(['rejected', 'rejected']);
  });
});

describe('names of an open part', () => {
  const tags = { name: 'tags', type: { type: 'map', values: ['double', 'string'] }, sluice: { open: true } };

  it('are fields as long as the index may have more, and flattened beyond; the metric shows how many there are', async () => {
    const settings = { ELASTICSEARCH_FIELDS: '20' };
    const { contract, sink } = await openSink({ fields: [tags] }, undefined, settings);
    const record = (n: number) => testRecord(`r${n}`, time, { tags: { common: n + 0.5, [`own${n}`]: `w${n}` } });
    const batch = Array.from({ length: 40 }, (_, n) => record(n));
    expect(statuses(await write(sink, contract, batch))).toEqual(batch.map(() => 'delivered'));
    expect(await readBack(contract, ['r0', 'r39'])).toEqual(
      [0, 39].map((n) => ({ time, tags: { common: n + 0.5, [`own${n}`]: `w${n}` } })),
    );
    const ids = async (query: object) =>
      (await client.search({ index: contract.topic, query })).hits.hits.map(({ _id }) => _id);
    // A number is one, also in a document that has other names beyond.
    expect(await ids({ range: { 'tags.common': { gt: 38 } } })).toEqual(expect.arrayContaining(['r38', 'r39']));
    expect(await ids({ term: { 'tags.own0': 'w0' } })).toEqual(['r0']);
    expect(await ids({ term: { '_sluice.flattened.tags.own39': 'w39' } })).toEqual(['r39']);
    const metric = await restarted(contract, settings);
    await eventually(async () => {
      expect((await metric('sink_index_fields_count')).join()).toMatch(/ (19|20)$/);
      expect((await metric('sink_index_fields_limit')).join()).toMatch(/ 20$/);
    });
    expect(statuses(await write(sink, contract, batch))).toEqual(batch.map(() => 'delivered'));
  });
});
