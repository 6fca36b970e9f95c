import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { EventContract, Rotation } from '@sluice/contracts';
import type { Sink } from '@sluice/sink';
import { sinkConformance, type Fault } from '@sluice/sink/testing';
import { httpProxy, serverAddresses } from '@sluice/testkit';
import { elasticsearchSink } from './elasticsearch-sink.ts';
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
} from './testing/test-sink.ts';

const client = server();
const signal = new AbortController().signal;
const time = '2026-01-02T03:04:05.000Z';
const used: { contract: EventContract; sink: Sink }[] = [];

/** An opened sink with a contract of its own. */
async function openSink(
  environment: Record<string, string> = {},
  options: Parameters<typeof testContract>[0] = {},
): Promise<{ contract: EventContract; sink: Sink }> {
  const contract = testContract(options);
  const sink = elasticsearchSink(testConfig(environment), [contract], silent);
  used.push({ contract, sink });
  await sink.open(signal);
  return { contract, sink };
}

afterEach(async () => {
  for (const { contract, sink } of used.splice(0)) {
    await sink.close();
    await removeIndices(client, contract);
  }
});
afterAll(() => client.close());

describe('the index of an event', () => {
  const cases: [rotation: Rotation, timeZone: string, indices: Record<string, string[]>][] = [
    // Midnight in Seoul is 15:00 UTC.
    [
      'day',
      'Asia/Seoul',
      {
        '20260101': ['2025-12-31T15:00:00.000Z', '2026-01-01T14:59:59.999Z'],
        '20260102': ['2026-01-01T15:00:00.000Z'],
      },
    ],
    // At 2:00 the clocks go to 3:00.
    [
      'hour',
      'America/New_York',
      {
        '2026-03-08-01': ['2026-03-08T06:00:00.000Z', '2026-03-08T06:59:59.999Z'],
        '2026-03-08-03': ['2026-03-08T07:00:00.000Z'],
      },
    ],
    // At 2:00 the clocks go back to 1:00: that hour comes twice, into one index.
    [
      'hour',
      'America/New_York',
      {
        '2026-11-01-00': ['2026-11-01T04:59:59.999Z'],
        '2026-11-01-01': ['2026-11-01T05:00:00.000Z', '2026-11-01T05:59:59.999Z', '2026-11-01T06:59:59.999Z'],
        '2026-11-01-02': ['2026-11-01T07:00:00.000Z'],
      },
    ],
    // Days of 23 and 25 hours.
    [
      'day',
      'America/New_York',
      {
        '20260308': ['2026-03-08T05:00:00.000Z', '2026-03-09T03:59:59.999Z'],
        '20260309': ['2026-03-09T04:00:00.000Z'],
        '20261101': ['2026-11-01T04:00:00.000Z', '2026-11-02T04:59:59.999Z'],
        '20261102': ['2026-11-02T05:00:00.000Z'],
      },
    ],
    ['none', 'UTC', { all: ['1999-12-31T23:59:59.999Z', '2026-01-01T00:00:00.000Z'] }],
    ['hour', 'UTC', { '2026-01-01-23': ['2026-01-01T23:59:59.999Z'], '2026-01-02-00': ['2026-01-02T00:00:00.000Z'] }],
    ['day', 'UTC', { '20260101': ['2026-01-01T23:59:59.999Z'], '20260102': ['2026-01-02T00:00:00.000Z'] }],
    // Weeks begin on Monday and belong to the year that has most of them.
    ['week', 'UTC', { '2026-w53': ['2027-01-03T23:59:59.999Z'], '2027-w01': ['2027-01-04T00:00:00.000Z'] }],
    ['month', 'UTC', { '2026-12': ['2026-12-31T23:59:59.999Z'], '2027-01': ['2027-01-01T00:00:00.000Z'] }],
  ];

  it.each(cases)('by %s in %s is %o', async (rotation, timeZone, indices) => {
    const { contract, sink } = await openSink({}, { rotation, timeZone });
    const times = Object.values(indices).flat();
    // The latest first: an index depends on nothing but the event's own time.
    const verdicts = await write(
      sink,
      contract,
      times.toReversed().map((at) => testRecord(at, at)),
    );
    expect(statuses(verdicts)).toEqual(times.map(() => 'delivered'));
    expect(await idsByIndex(contract)).toEqual(
      Object.fromEntries(Object.entries(indices).map(([suffix, ids]) => [`${contract.topic}-${suffix}`, ids])),
    );
  });
});

describe('write', () => {
  it('keeps one copy of an event that comes again, as it was first', async () => {
    const { contract, sink } = await openSink();
    const first = ['a', 'b', 'c'].map((id) => testRecord(id, time, { n: 1 }));
    const again = ['b', 'c', 'd', 'd'].map((id) => testRecord(id, time, { n: 2 }));
    await write(sink, contract, first);
    expect(statuses(await write(sink, contract, again))).toEqual(['rejected', 'rejected', 'delivered', 'delivered']);
    expect(await idsByIndex(contract)).toEqual({ [`${contract.topic}-20260102`]: ['a', 'b', 'c', 'd'] });
    const kept = await client.search<{ n: number }>({ index: contract.topic, sort: '_doc' });
    expect(kept.hits.hits.map(({ _id, _source }) => [_id, _source?.n]).sort()).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 1],
      ['d', 2],
    ]);
  });

  it('rejects only the bad document among good ones where the contract says so, without telling its contents', async () => {
    const { contract, sink } = await openSink({}, { refused: 'dead-letter' });
    const verdicts = await write(sink, contract, [
      testRecord('good', time, { n: 1 }),
      testRecord('bad', time, { n: 'SECRET' }),
      testRecord('no object', time, '"SECRET"'),
      testRecord('', time, { n: 2 }),
      testRecord('unknown fields are kept', time, { n: 3, other: { a: [1] } }),
    ]);
    expect(statuses(verdicts)).toEqual(['delivered', 'rejected', 'rejected', 'rejected', 'delivered']);
    expect(verdicts[1]).toHaveProperty(
      'reason',
      'document_parsing_exception (400): the field n is of type long and does not take the value',
    );
    expect(JSON.stringify(verdicts)).not.toContain('SECRET');
    expect(Object.values(await idsByIndex(contract)).flat()).toEqual(['good', 'unknown fields are kept']);
  });

  it('delivers a repetition, and rejects another record with the id of a document, in one batch and in several', async () => {
    const { contract, sink } = await openSink({}, { fields: ['n', 'big'].map((name) => ({ name, type: 'long' })) });
    const event = '{"time":"2026-01-02T03:04:05.000Z","n":1,"big":9007199254740993,"__proto__":5}';
    const first = testRecord('a', time, event);
    const other = testRecord('a', time, event.replace('740993', '740992'));
    const batch = [first, first, other, testRecord('b', time, { n: 1 })];
    for (let round = 0; round < 2; round++) {
      const verdicts = await write(sink, contract, batch);
      expect(statuses(verdicts)).toEqual(['delivered', 'delivered', 'rejected', 'delivered']);
      expect(verdicts[2]).toMatchObject({ errorClass: 'conflict' });
      expect(verdicts[2]).toHaveProperty('reason', expect.stringContaining('another record has the same event id'));
    }
    // A contract that has gained or lost a field since.
    const grown = [testRecord('b', time, { n: 1, more: 'x' }), testRecord('a', time, '{"n":1}')];
    expect(statuses(await write(sink, contract, grown))).toEqual(['delivered', 'delivered']);
  });

  it('delivers an event that a device sends again, which differs in when it was received', async () => {
    const received = { name: 'received', type: { type: 'long', logicalType: 'timestamp-millis' } };
    const { contract, sink } = await openSink(
      {},
      { fields: [{ name: 'n', type: 'long' }, received], arrival: 'received' },
    );
    const sent = (n: number, at: string) => testRecord('a', time, { n, received: `2026-03-05T12:00:${at}.000Z` });
    const verdicts = await write(sink, contract, [sent(1, '01'), sent(1, '02'), sent(2, '02')]);
    expect(statuses(verdicts)).toEqual(['delivered', 'delivered', 'rejected']);
  });

  it('rejects an id of more than 512 bytes alone, and takes any other', async () => {
    const { contract, sink } = await openSink();
    const ids = ['a', 'é'.repeat(257), 'é'.repeat(256), `${'x'.repeat(513)}`, 'y'.repeat(512), '"}}\n{"\u0000\u2028𝄞'];
    const verdicts = await write(
      sink,
      contract,
      ids.map((id) => testRecord(id, time)),
    );
    expect(statuses(verdicts)).toEqual(['delivered', 'rejected', 'delivered', 'rejected', 'delivered', 'delivered']);
    expect(verdicts[1]).toHaveProperty('reason', expect.stringMatching(/^refused with its whole request: .*\(400\)$/));
    expect(Object.values(await idsByIndex(contract)).flat()).toEqual(
      ids.filter((_, index) => verdicts[index]?.status === 'delivered').sort(),
    );
  });

  it('tells apart, in one batch, what is delivered, rejected, and to be tried again', async () => {
    const { contract, sink } = await openSink({ ELASTICSEARCH_REQUEST_TIMEOUT_MS: '4000' }, { refused: 'dead-letter' });
    const at = (day: number) => `2026-01-0${day}T00:00:00.000Z`;
    const [full, unassigned, blocked, closed] = [2, 3, 4, 5].map((day) => `${contract.topic}-2026010${day}`);
    for (const day of [2, 4, 5]) await write(sink, contract, [testRecord('first', at(day))]);
    await client.indices.putSettings({ index: full ?? '', settings: { 'index.blocks.read_only_allow_delete': true } });
    await client.indices.create({
      index: unassigned ?? '',
      settings: { 'index.routing.allocation.include._name': 'no-such-node' },
      wait_for_active_shards: 0,
    });
    await client.indices.addBlock({ index: blocked ?? '', block: 'write' });
    await client.indices.close({ index: closed ?? '' });

    const batch = [
      testRecord('good', at(1), { n: 1 }),
      testRecord('full', at(2)),
      testRecord('unassigned', at(3), { n: 'SECRET' }),
      testRecord('bad', at(1), { n: 'SECRET' }),
      testRecord('blocked', at(4)),
      testRecord('closed', at(5)),
      testRecord('good too', at(1)),
    ];
    const verdicts = await write(sink, contract, batch);
    expect(statuses(verdicts)).toEqual(['delivered', 'retry', 'retry', 'rejected', 'retry', 'retry', 'delivered']);
    expect(verdicts.map((verdict) => ('reason' in verdict ? verdict.reason : ''))).toEqual([
      '',
      expect.stringMatching(/^cluster_block_exception \(429\): blocked by TOO_MANY_REQUESTS\/12\/disk usage exceeded/),
      `unavailable_shards_exception (503): ${unassigned}: primary shard is not active`,
      'document_parsing_exception (400): the field n is of type long and does not take the value',
      'cluster_block_exception (403): blocked by FORBIDDEN/8/index write (api)',
      'index_closed_exception (400)',
      '',
    ]);

    // All of it is the cluster's trouble: once that is over, the same records are taken.
    await client.indices.putSettings({ index: full ?? '', settings: { 'index.blocks.read_only_allow_delete': null } });
    await client.indices.putSettings({ index: blocked ?? '', settings: { 'index.blocks.write': null } });
    await client.indices.open({ index: closed ?? '' });
    await client.indices.putSettings({
      index: unassigned ?? '',
      settings: { 'index.routing.allocation.include._name': null },
    });
    const open = batch.filter((_, index) => verdicts[index]?.status === 'retry');
    const later = await write(sink, contract, open);
    expect(statuses(later)).toEqual(['delivered', 'rejected', 'delivered', 'delivered']);
  });

  it('has everything tried again when the whole request is refused with 429', async () => {
    const { contract, sink } = await openSink();
    const batch = ['a', 'b', 'c'].map((id) => testRecord(id, time, { text: 'x'.repeat(1_000_000) }));
    // The circuit breaker for requests under way counts twice their bytes; whole requests only, so not while they are streamed.
    // Small requests, such as those of other tests, do not notice.
    const limit = (breaker: string | null, incremental: boolean | null) =>
      client.cluster.putSettings({
        persistent: { 'network.breaker.inflight_requests.limit': breaker, 'rest.incremental_bulk': incremental },
      });
    await limit('4mb', false);
    const verdicts = await write(sink, contract, batch).finally(() => limit(null, null));
    expect(verdicts).toMatchObject(
      batch.map(() => ({ status: 'retry', reason: 'circuit_breaking_exception (429)', cause: 'overloaded' })),
    );
    expect(statuses(await write(sink, contract, batch))).toEqual(batch.map(() => 'delivered'));
  });
});

sinkConformance({
  async create() {
    const fields = ['name', 'text'].map((name) => ({ name, type: 'string' }));
    const contract = testContract({ id: ['name'], fields });
    let fault: Fault | undefined;
    const proxy = await httpProxy({
      target: serverAddresses().elasticsearchUrl,
      answering: (_, forward) =>
        fault === 'outage' ? 'broken connection' : fault === 'silence' ? 'silence' : forward(),
    });
    const sink = () => elasticsearchSink(testConfig({ ELASTICSEARCH_URL: proxy.url }), [contract], silent);
    return {
      contract,
      sink: sink(),
      other: sink(),
      written: async () => Object.values(await idsByIndex(contract)).flat(),
      fault: (next) => (fault = next),
      async close() {
        await removeIndices(client, contract);
        await proxy.close();
      },
    };
  },
});
