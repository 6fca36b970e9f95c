import { MalformedAvro } from '@sluice/avro';
import { describe, expect, it } from 'vitest';
import type { Collected, Collector } from '../contract/collector.ts';
import { PendingRecords } from './pending-records.ts';
import type { SinkRecord } from '../contract/sink.ts';
import { SinkContractViolation } from '../contract/sink-contract-violation.ts';
import { testRecords } from '../testing/test-records.ts';
import { Unit } from './unit.ts';

const { record, brokenRecord } = testRecords();
const context = { signal: new AbortController().signal, attempt: 1 };
const always = () => true;
const pendingOf = (records: ReturnType<typeof record>[], endOffset = 100n) =>
  new PendingRecords({ records, rejected: [] }, endOffset, new Date());

/** A record that the runtime has not made. */
const foreignRecord = (offset: bigint): SinkRecord => ({
  ...{ id: '', offset, timestamp: new Date(0), timestampMs: 0, key: null, headers: {}, value: {} },
  ...{ avro: Buffer.alloc(0), schema: record(0).schema, writeId: () => {}, writeJson: () => {}, writeAvro: () => {} },
});

/** A unit whose collector follows a script, and takes everything where the script says nothing. */
function unitOf(collector: Partial<Collector>): { unit: Unit; added: SinkRecord[] } {
  const added: SinkRecord[] = [];
  const unit = new Unit(() => ({
    add: (one) => {
      void one.value;
      return added.push(one) > 0;
    },
    bytes: 0,
    isComplete: false,
    waitMs: 1_000,
    deliver: async () => ({ deliveredThrough: added.at(-1)?.offset ?? -1n }),
    ...collector,
  }));
  return { unit, added };
}

describe('a unit', () => {
  it('has nothing before its first record, and is not due', () => {
    const { unit } = unitOf({});
    expect([unit.isEmpty, unit.nextOffset, unit.dueInMs, unit.bytes]).toEqual([true, -1n, Infinity, 0]);
  });

  it('counts the dead letters that it keeps as memory, and keeps copies of their bytes', () => {
    const broken = brokenRecord(1);
    const { unit } = unitOf({ bytes: 7 });
    unit.fill(pendingOf([record(0), broken]), always);
    expect(unit.bytes).toBeGreaterThan(7 + broken.raw.size);
    const bytes = Buffer.from(broken.raw.bytes);
    broken.raw.bytes.fill(0);
    const [deadLetter] = unit.commitRequest().rejected;
    expect(deadLetter?.raw.value).toEqual(bytes);
    expect(deadLetter).toMatchObject({ errorClass: 'undecodable', schemaId: 1 });
  });

  it('takes malformed Avro for what it is, however it is found', () => {
    const { unit } = unitOf({
      add: () => {
        throw new MalformedAvro('no record');
      },
    });
    unit.fill(pendingOf([record(0)]), always);
    expect(unit.isEmpty).toBe(true);
    expect(unit.commitRequest()).toMatchObject({ nextOffset: 100n, delivered: 0, rejected: [{ reason: 'no record' }] });
  });

  it('continues behind control records only with what came before them', () => {
    const { unit } = unitOf({});
    const pending = pendingOf([record(0), record(3)], 9n);
    unit.fill(pending, () => false);
    expect(unit.nextOffset).toBe(1n);
    unit.fill(pending, always);
    expect(unit.nextOffset).toBe(9n);
  });

  it.each<[string, Partial<Collector>]>([
    ['takes not even the first record', { add: () => false }],
    [
      'fails at a record that can be read',
      {
        add: () => {
          throw new TypeError('a mistake');
        },
      },
    ],
  ])('stops at a collector that %s', (_, collector) => {
    expect(() => unitOf(collector).unit.fill(pendingOf([record(0)]), always)).toThrow(SinkContractViolation);
  });

  const rejecting = (deliveredThrough: bigint, ...records: SinkRecord[]) => ({
    deliveredThrough,
    rejected: records.map((one) => ({ record: one, reason: 'never' })),
  });
  it.each<[string, Collected]>([
    ['delivered what lies before it', { deliveredThrough: 4n }],
    ['misses what was added', { missingThrough: 7n }],
    ['rejected what was not added', rejecting(7n, record(6))],
    ['rejected what it did not deliver', rejecting(5n, record(7))],
    ['rejected a record twice', rejecting(7n, record(5), record(5))],
    ['rejected what it was not given', rejecting(7n, foreignRecord(5n))],
  ])('stops at a collector that %s', async (_, collected) => {
    const { unit } = unitOf({ deliver: async () => collected });
    unit.fill(pendingOf([record(5), record(7)]), always);
    await expect(unit.deliver(context)).rejects.toThrow(SinkContractViolation);
  });

  it('stops at a collector that asks again for what is not there', async () => {
    const { unit } = unitOf({ deliver: async () => ({ missingThrough: 8n }) });
    unit.fill(pendingOf([record(5)], 6n), always);
    expect(await unit.deliver(context)).toEqual({ missingThrough: 8n });
    unit.fillThrough(pendingOf([record(7), record(9)]), 8n);
    expect(unit.nextOffset).toBe(9n);
    await expect(unit.deliver(context)).rejects.toThrow(SinkContractViolation);
  });

  it('stops at a collector that does not take what it misses', async () => {
    const { unit } = unitOf({ add: ({ offset }) => offset < 6n });
    unit.fill(pendingOf([record(5)]), always);
    expect(() => unit.fillThrough(pendingOf([record(6)]), 8n)).toThrow(SinkContractViolation);
  });

  it('commits a part: what comes behind it is neither counted nor a dead letter', () => {
    const refused = record(1);
    const { unit } = unitOf({});
    unit.fill(pendingOf([record(0), refused, record(2), brokenRecord(3), record(4), brokenRecord(5)]), always);
    const collected = { ...rejecting(2n, refused), outputs: [] };
    expect(unit.commitRequest(collected, 3)).toMatchObject({
      nextOffset: 3n,
      delivered: 2,
      newestMs: undefined,
      rejected: [{ raw: { offset: 1n }, errorClass: 'refused', attempts: 3 }],
    });
    expect(unit.isCutBy(collected)).toBe(true);
  });
});
