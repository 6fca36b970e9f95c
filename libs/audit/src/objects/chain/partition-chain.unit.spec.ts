import { kafkaRecord, type KafkaRecord } from '@sluice/kafka';
import { eventContract, objectName } from '@sluice/contracts';
import { seededRandom } from '@sluice/random';
import { expect, it } from 'vitest';
import { RecordLedger } from '../../ledger/record-ledger.ts';
import { ObjectFaults } from '../object-faults.ts';
import { PartitionChain } from './partition-chain.ts';
import type { StoredRow } from '@sluice/objects';
import type { TopicObject } from '../stored-objects.ts';

const contract = eventContract({
  type: 'record',
  name: 'Event',
  namespace: 'test',
  sluice: { topic: 'events', time: 'time' },
  fields: [{ name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } }],
});

const recordAt = (offset: number): KafkaRecord =>
  kafkaRecord({ offset: BigInt(offset), timestampMs: 0, key: null, value: null, headers: {} });

/** Offsets of an object's rows, as they lie in it; a negative one stands for a row that was changed. */
type Rows = readonly number[];

function objectOf(rows: Rows, firstOffset = Math.abs(rows[0] ?? 0)): TopicObject & { rows: Rows } {
  const [first, last] = [BigInt(firstOffset), BigInt(Math.abs(rows.at(-1) ?? firstOffset))];
  return {
    name: objectName(contract, 0, { offset: first, timeMs: 0 }, 'json.gz'),
    ...{ generation: '1', bytes: 1, crc32c: '', createdMs: 0, format: 'JSON', partition: 0, schemaId: 1, rows },
    ...{ schemaIds: [1], first, last, records: rows.length, problem: undefined },
  };
}

async function judged(records: readonly number[], objects: readonly (TopicObject & { rows: Rows })[], from = 0) {
  const [ledger, faults] = [new RecordLedger(), new ObjectFaults()];
  const to = 1_000_000n;
  const chain = new PartitionChain(0, { from: BigInt(from), to }, objects, {
    ...{ contract, prefix: '', ledger, faults },
    timeOf: async () => 0,
    async *rowsOf(object) {
      const { rows } = objects.find((one) => one === object) ?? { rows: [] };
      for (const offset of rows)
        yield {
          ...{ topic: 'events', partition: 0, offset: BigInt(Math.abs(offset)) },
          contents: { format: 'PARSED', document: offset },
        } satisfies StoredRow;
    },
    differs: async ({ contents }) =>
      contents.format === 'PARSED' && Number(contents.document) < 0 ? ['field'] : undefined,
  });
  for (const offset of records) await chain.judge(recordAt(offset), `id-${offset}`, false);
  await chain.finish();
  const cut = [{ partition: 0, first: BigInt(from), to, notYetDelivered: 0, expired: 0 }];
  const options = { topic: 'events', destination: 'gcs', group: 'gcs', cut, firstNow: new Map(), older: 0 };
  const passed = { skipped: [], unreadable: [] };
  return {
    ...ledger.result({ ...options, passed }),
    ...faults.result({ count: 0, beyondCut: 0, notInKafkaAnyMore: 0 }),
  };
}

it('takes a chain with offsets that no record has for whole', async () => {
  const found = await judged([1, 2, 5, 9, 12, 13], [objectOf([1, 2, 5]), objectOf([9]), objectOf([12, 13])]);
  expect(found).toMatchObject({ ok: true, faults: [], totals: { records: 6, delivered: 6, documents: 6 } });
});

it('names each gap once, with its records', async () => {
  const found = await judged([1, 2, 5, 9, 12, 13], [objectOf([5, 9])]);
  expect(found.faults.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual([
    expect.stringMatching(/^gap no object of partition 0 holds the offsets 1 to 2 \(2 records\), before events/),
    expect.stringMatching(/^gap no object of partition 0 holds the offsets 12 to 13 \(2 records\), after events/),
  ]);
  expect(found.lost.map(({ offset }) => offset)).toEqual(['1', '2', '12', '13']);
});

it('does not judge rows from before the first record that Kafka has', async () => {
  const found = await judged([7, 8], [objectOf([3, 4, 5, 6, 7, 8])], 7);
  expect(found).toMatchObject({ ok: true, faults: [], totals: { records: 2, documents: 2, unknown: 0 } });
});

it('names rows of no record, before, between and after the records', async () => {
  const found = await judged([5, 8], [objectOf([3, 5]), objectOf([6, 8, 11])]);
  expect(found.unknown.map(({ id }) => id)).toEqual(['events-0-3', 'events-0-6', 'events-0-11']);
  expect(found.totals).toMatchObject({ lost: 0, duplicates: 0, unknown: 3 });
});

it('names an object that has the name of another record than its first', async () => {
  const found = await judged([5, 6], [objectOf([5, 6], 4)]);
  expect(found.faults).toMatchObject([{ kind: 'disagrees' }]);
  expect(found.totals).toMatchObject({ lost: 0, delivered: 2 });
});

it('finds what a count of all rows finds, whatever the objects are', async () => {
  const seed = Date.now() % 2 ** 31;
  console.log(`seed ${seed}`);
  const random = seededRandom(seed).below;
  for (let round = 0; round < 400; round++) {
    const records = Array.from({ length: 60 }, (_, offset) => offset).filter(() => random(5) > 0);
    const objects: (TopicObject & { rows: Rows })[] = [];
    for (let at = 0; at < records.length;) {
      const size = 1 + random(8);
      // Mostly a chain; some objects are missing, begin too early, or hold rows of no record, changed ones, or ones twice.
      const begin = Math.max(0, at - (random(6) === 0 ? random(5) : 0));
      const rows = records.slice(begin, at + size).flatMap((offset) => {
        const kind = random(40);
        return kind === 0 ? [] : kind === 1 ? [offset, offset] : kind === 2 ? [-offset] : [offset];
      });
      const extra = random(60);
      if (random(20) === 0 && !rows.includes(extra) && !rows.includes(-extra)) rows.push(extra);
      rows.sort((a, b) => Math.abs(a) - Math.abs(b));
      if (rows.length > 0 && random(8) > 0) objects.push(objectOf(rows));
      at += size;
    }
    objects.sort((a, b) => Number(a.first - b.first));
    const found = await judged(records, objects);
    const all = objects.flatMap(({ rows }) => rows.map(Math.abs));
    const copies = (offset: number) => all.filter((one) => one === offset).length;
    const expected = {
      lost: records.filter((offset) => copies(offset) === 0).length,
      delivered: records.filter((offset) => copies(offset) > 0).length,
      duplicates: records.reduce((sum, offset) => sum + Math.max(0, copies(offset) - 1), 0),
      unknown: all.filter((offset) => !records.includes(offset)).length,
    };
    expect(found.totals, `seed ${seed} round ${round}`).toMatchObject(expected);
    const gaps = found.faults.filter(({ kind }) => kind === 'gap').length;
    const isWithout = (offset: number) =>
      copies(offset) === 0 && !objects.some(({ first, last }) => first <= offset && offset <= last);
    expect(gaps > 0, `seed ${seed} round ${round}`).toBe(records.some(isWithout));
  }
});
