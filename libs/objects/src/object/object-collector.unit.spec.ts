import { MalformedAvro } from '@sluice/avro';
import { describe, expect, it } from 'vitest';
import { avroEncoding } from '../encoding/avro-encoding.ts';
import { jsonEncoding } from '../encoding/json-encoding.ts';
import { ObjectCollector, type ObjectSetting } from './object-collector.ts';
import type { Rotation } from './rotation.ts';
import { memoryStore } from '../testing/memory-store.ts';
import { testContract, testRecord, testSchema } from '../testing/test-records.ts';

const contract = testContract();
const unit = { topic: contract.topic, partition: 4, contract };
const context = { signal: new AbortController().signal, attempt: 1 };
const day = (n: number) => Date.UTC(2026, 2, n, 12);
const record = (offset: number, options: { timeMs?: number; text?: string; schemaId?: number } = {}) =>
  testRecord({
    contract,
    offset,
    event: { text: options.text ?? `text ${offset}` },
    timeMs: options.timeMs ?? day(5),
    schema: testSchema(options.schemaId ?? 1, contract.schema),
  });
const broken = (offset: number) => testRecord({ contract, offset, body: Buffer.of(1) });

function rig({ format = 'json', rotation = {} }: { format?: 'json' | 'avro'; rotation?: Partial<Rotation> } = {}) {
  const store = memoryStore();
  const setting: ObjectSetting = {
    store,
    prefixSetting: 'GCS_PREFIX',
    prefix: 'events/',
    rotation: { objectBytes: 1e9, objectRecords: 1e9, waitMs: 60, smallBytes: 1, smallWaitMs: 600, ...rotation },
    encodingFor: (one, { schema }) =>
      format === 'avro' ? avroEncoding(one, { schema, level: 1 }) : jsonEncoding(one, { schemaId: 9, level: 1 }),
    announce: ({ name }) => ({ topic: 'objects', key: 'ship-logs', value: Buffer.from(name) }),
  };
  return { store, collect: () => new ObjectCollector(unit, setting) };
}

const first = 'events/ship-logs/date=2026-03-05/4/00000000000000000010.json.gz';

describe('an object', () => {
  it('is named by its first record, and says what it holds', async () => {
    const { store, collect } = rig();
    const collector = collect();
    for (const offset of [10, 11, 14]) expect(collector.add(record(offset))).toBe(true);
    const collected = await collector.deliver(context);
    expect(collected).toMatchObject({ deliveredThrough: 14n, outputs: [{ value: Buffer.from(first) }] });
    const object = store.objects.get(first);
    expect(object?.facts).toMatchObject({
      topic: 'ship-logs',
      partition: 4,
      firstOffset: 10n,
      lastOffset: 14n,
      records: 3,
      schemaId: 9,
      format: 'JSON',
      crc32c: object?.crc32c,
    });
  });

  it('begins with the first record that can be read', async () => {
    const { store, collect } = rig();
    const collector = collect();
    expect(() => collector.add(broken(9))).toThrow(MalformedAvro);
    collector.add(record(10));
    expect(() => collector.add(broken(11))).toThrow(MalformedAvro);
    expect(await collector.deliver(context)).toMatchObject({ deliveredThrough: 10n });
    expect(store.objects.get(first)?.facts).toMatchObject({ firstOffset: 10n, records: 1 });
  });

  it('of Avro ends where another schema begins; of JSON it continues', () => {
    const avro = rig({ format: 'avro' }).collect();
    expect([avro.add(record(1)), avro.add(record(2, { schemaId: 2 }))]).toEqual([true, false]);
    const json = rig().collect();
    expect([json.add(record(1)), json.add(record(2, { schemaId: 2 }))]).toEqual([true, true]);
  });

  it('ends by day once it is not small, and takes late records all the same', () => {
    const collector = rig().collect();
    collector.add(record(1));
    expect(collector.add(record(2, { timeMs: day(4) }))).toBe(true);
    expect(collector.add(record(3, { timeMs: day(6) }))).toBe(false);
    const small = rig({ rotation: { smallBytes: 1e6 } }).collect();
    small.add(record(1));
    expect(small.add(record(2, { timeMs: day(6) }))).toBe(true);
  });

  it('is complete by records, and waits longer while it is small', () => {
    const collector = rig({ rotation: { objectRecords: 2, smallBytes: 100_000 } }).collect();
    collector.add(record(1));
    expect([collector.isComplete, collector.waitMs]).toEqual([false, 600]);
    collector.add(record(2));
    expect(collector.isComplete).toBe(true);
    const large = rig({ rotation: { smallBytes: 5_000 } }).collect();
    for (let n = 0; n < 8_000; n++) large.add(record(n));
    expect(large.waitMs).toBe(60);
  });
});

describe('a name that is taken', () => {
  it('is adopted whole, where the other object ends first', async () => {
    const { store, collect } = rig();
    const [other, own] = [collect(), collect()];
    for (const offset of [10, 11]) other.add(record(offset));
    for (const offset of [10, 11, 12, 13]) own.add(record(offset));
    const theirs = await other.deliver(context);
    const bytes = store.objects.get(first)?.bytes;
    expect(await own.deliver(context)).toEqual(theirs);
    expect(store.objects.get(first)?.bytes).toBe(bytes);
  });

  it('is adopted where it reaches further, once all records up to there have come; memory is free meanwhile', async () => {
    const { collect } = rig({ rotation: { objectRecords: 4 } });
    const [other, own] = [collect(), collect()];
    for (const offset of [10, 11, 13, 14]) other.add(record(offset));
    await other.deliver(context);
    own.add(record(10));
    expect(await own.deliver(context)).toEqual({ missingThrough: 14n });
    expect(own.bytes).toBeLessThan(1_000);
    expect(own.add(record(11, { timeMs: day(6) }))).toBe(true);
    expect(() => own.add(broken(12))).toThrow(MalformedAvro);
    for (const offset of [13, 14]) expect(own.add(record(offset))).toBe(true);
    expect(own.isComplete).toBe(true);
    expect(own.add(record(15))).toBe(false);
    expect(await own.deliver(context)).toMatchObject({ deliveredThrough: 14n, outputs: [{ topic: 'objects' }] });
  });

  it('is one’s own after an answer was lost', async () => {
    const { collect } = rig();
    const collector = collect();
    collector.add(record(10));
    const delivered = await collector.deliver(context);
    for (const attempt of [1, 2]) expect(await collector.deliver({ ...context, attempt })).toEqual(delivered);
  });

  it('is not adopted where its first record is another: a topic that was made again', async () => {
    const { collect } = rig();
    const [other, own] = [collect(), collect()];
    other.add(record(10, { text: 'of the old topic' }));
    own.add(record(10));
    await other.deliver(context);
    await expect(own.deliver(context)).rejects.toThrow(/holds other records than Kafka.*move the old objects/);
  });

  it('is not adopted where the object lacks a record that can be read now', async () => {
    const { collect } = rig();
    const [other, own] = [collect(), collect()];
    for (const offset of [10, 12]) other.add(record(offset));
    for (const offset of [10, 11, 12]) own.add(record(offset));
    await other.deliver(context);
    await expect(own.deliver(context)).rejects.toThrow(/holds 2 records up to offset 12, and Kafka has 3/);
  });

  it('is not adopted where somebody else wrote it, or where it is damaged', async () => {
    const { store, collect } = rig();
    const foreign = { name: first, size: 1, crc32c: '', created: new Date(0), facts: undefined, bytes: Buffer.of(1) };
    store.objects.set(first, foreign);
    const own = collect();
    own.add(record(10));
    await expect(own.deliver(context)).rejects.toThrow(/was not written by this sink; move it away/);
    store.objects.delete(first);
    await own.deliver(context);
    const object = store.objects.get(first);
    if (object !== undefined) object.crc32c = 'AAAAAA==';
    await expect(own.deliver(context)).rejects.toThrow(/was damaged on its way/);
  });
});
