import { contracts, type EventContract } from '@sluice/contracts';
import { statuses, testContract, testRecord, write } from '@sluice/document-sink/testing';
import type { Sink } from '@sluice/sink';
import { sinkConformance, type Fault } from '@sluice/sink/testing';
import { httpProxy, launchStack, type LaunchedStack } from '@sluice/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { opensearchSink } from './opensearch-sink.ts';
import { opensearchReader } from './reader/opensearch-reader.ts';
import { removeIndices, silent, storedIds, testConfig } from './testing/test-cluster.ts';

let stack: LaunchedStack;
let url = '';
const signal = new AbortController().signal;
const time = '2026-01-02T03:04:05.000Z';
const used: { contract: EventContract; sink: Sink }[] = [];
beforeAll(async () => {
  stack = await launchStack({ name: `opensearch-${process.pid}`, only: ['opensearch'], quiet: true });
  url = stack.environment['OPENSEARCH_URL'] ?? '';
}, 600_000);
afterAll(() => stack.stop());
afterEach(async () => {
  for (const { contract, sink } of used.splice(0)) {
    await sink.close();
    await removeIndices(url, contract);
  }
});

async function openSink(contract: EventContract): Promise<Sink> {
  const sink = opensearchSink(testConfig(url), [contract], silent);
  used.push({ contract, sink });
  await sink.open(signal);
  return sink;
}

describe('a document', () => {
  it('is in the index of its event time under its id, once, and is read back as it was written', async () => {
    const contract = testContract();
    const sink = await openSink(contract);
    const batch = [
      testRecord('a', time, { n: 1 }),
      testRecord('b', '2026-01-03T00:00:00.000Z', { n: 2, more: 'kept' }),
    ];
    for (const attempt of [1, 2])
      expect([attempt, statuses(await write(sink, contract, batch))]).toEqual([attempt, ['delivered', 'delivered']]);
    const reader = opensearchReader(testConfig(url), signal);
    try {
      await reader.refresh(contract);
      expect(
        (await reader.find(contract, ['a', 'b', 'c'])).toSorted((one, other) => (one.id < other.id ? -1 : 1)),
      ).toEqual([
        { id: 'a', place: `${contract.topic}-20260102`, document: { time, n: 1 } },
        {
          id: 'b',
          place: `${contract.topic}-20260103`,
          document: { time: '2026-01-03T00:00:00.000Z', n: 2, more: 'kept' },
        },
      ]);
      expect(reader.placeOf(contract)(Date.parse(time))).toBe(`${contract.topic}-20260102`);
      expect(await reader.find(testContract(), ['a'])).toEqual([]);
    } finally {
      await reader.close();
    }
    expect((await storedIds(url, contract)).toSorted()).toEqual(['a', 'b']);
  });

  it('that the mapping refuses is rejected alone, without its value; another under an id that exists is a conflict', async () => {
    const contract = testContract({ fields: [{ name: 'n', type: 'boolean' }], refused: 'dead-letter' });
    const sink = await openSink(contract);
    await write(sink, contract, [testRecord('there', time, { n: true })]);
    const batch = [
      testRecord('good', time, { n: true }),
      testRecord('bad', time, { n: 'SECRET' }),
      testRecord('there', time, { n: false }),
      testRecord('broken', time, '{"n": SECRET'),
    ];
    const verdicts = await write(sink, contract, batch);
    expect(statuses(verdicts)).toEqual(['delivered', 'rejected', 'rejected', 'rejected']);
    expect(verdicts.map((verdict) => ('reason' in verdict ? verdict.reason : ''))).toEqual([
      '',
      'mapper_parsing_exception (400): the field n is of type boolean and does not take the value',
      `another record has the same event id: the document in ${contract.topic}-20260102 says something else`,
      expect.stringMatching(/^\w+ \(400\)$/),
    ]);
  });

  it('that the mapping refuses for a value is indexed without it, and read back as it was', async () => {
    const fields = [
      { name: 'n', type: 'boolean' },
      { name: 'm', type: 'long' },
      { name: 'word', type: 'string' },
    ];
    const contract = testContract({ fields });
    const sink = await openSink(contract);
    // Unlike Elasticsearch, it also ignores an object in a field with `ignore_malformed`, such as m.
    const bodies = {
      text: { n: 'SECRET', m: 'more' },
      ignored: { n: true, m: { x: [1] } },
      object: { n: true, word: { first: 'a' } },
    };
    const batch = Object.entries(bodies).map(([id, body]) => testRecord(id, time, body));
    expect(await write(sink, contract, batch)).toEqual([
      { status: 'delivered', rescued: ['n'] },
      { status: 'delivered' },
      { status: 'delivered', rescued: ['word'] },
    ]);
    expect(statuses(await write(sink, contract, batch))).toEqual(['delivered', 'delivered', 'delivered']);
    const reader = opensearchReader(testConfig(url), signal);
    await reader.refresh(contract);
    for (const [id, body] of Object.entries(bodies))
      expect((await reader.find(contract, [id])).map(({ document }) => document)).toEqual([{ time, ...body }]);
    await reader.close();
  });

  it('has a template for each event', async () => {
    for (const contract of contracts) await openSink({ ...contract, topic: `test-${process.pid}-${contract.topic}` });
  });
});

sinkConformance({
  async create() {
    const fields = ['name', 'text'].map((name) => ({ name, type: 'string' }));
    const contract = testContract({ id: ['name'], fields });
    let fault: Fault | undefined;
    const proxy = await httpProxy({
      target: url,
      answering: (_, forward) =>
        fault === 'outage' ? 'broken connection' : fault === 'silence' ? 'silence' : forward(),
    });
    const sink = () => opensearchSink(testConfig(proxy.url), [contract], silent);
    return {
      contract,
      sink: sink(),
      other: sink(),
      written: () => storedIds(url, contract),
      fault: (next) => (fault = next),
      async close() {
        await removeIndices(url, contract);
        await proxy.close();
      },
    };
  },
});
