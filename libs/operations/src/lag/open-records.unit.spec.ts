import { kafkaRecord, type FetchedPartition, type KafkaRecord } from '@sluice/kafka';
import { describe, expect, it } from 'vitest';
import { openRecords } from './open-records.ts';

/** A partition's visible records by offset; the offsets between them are markers and aborted records. One look sees `width` offsets. */
function partition(records: Readonly<Record<number, number>>, end: number, width = 1_000) {
  let looks = 0;
  const made = (offset: number): KafkaRecord =>
    kafkaRecord({ offset: BigInt(offset), timestampMs: records[offset] ?? 0, key: null, value: null });
  return {
    get looks() {
      return looks;
    },
    async peek(_topic: string, offsets: ReadonlyMap<number, bigint>): Promise<FetchedPartition[]> {
      looks++;
      return [...offsets].map(([number, from]) => {
        const to = Math.min(end, Number(from) + width);
        const seen = Object.keys(records)
          .map(Number)
          .filter((offset) => offset >= Number(from) && offset < to);
        return { partition: number, kind: 'records', records: seen.map(made), nextOffset: BigInt(to) };
      });
    },
  };
}

const range = (from: number, end: number) => [{ partition: 0, from: BigInt(from), end: BigInt(end) }];

describe('open records', () => {
  it('do not include markers and aborted records', async () => {
    const open = openRecords(partition({ 10: 5_000, 12: 6_000 }, 20));
    expect((await open.of('t', range(10, 20))).get(0)).toEqual({ records: 2, isExact: true, oldestMs: 5_000 });
    expect((await open.of('t', range(13, 20))).get(0)).toEqual({ records: 0, isExact: true, oldestMs: undefined });
    expect((await open.of('t', range(20, 20))).get(0)).toEqual({ records: 0, isExact: true, oldestMs: undefined });
  });

  it('are found behind a long run of aborted records', async () => {
    const open = openRecords(partition({ 55: 7_000 }, 60, 10));
    expect((await open.of('t', range(0, 60))).get(0)).toEqual({ records: 1, isExact: true, oldestMs: 7_000 });
  });

  it('are counted as offsets beyond one look, with the oldest one known', async () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [n, 1_000 + n]));
    const open = openRecords(partition(many, 100, 10));
    expect((await open.of('t', range(0, 100))).get(0)).toEqual({ records: 100, isExact: false, oldestMs: 1_000 });
  });

  it('are found by a second look where the first was smaller than a batch', async () => {
    const whole = partition({ 3: 2_000 }, 5);
    const asked: (number | undefined)[] = [];
    const kafka = {
      async peek(topic: string, offsets: ReadonlyMap<number, bigint>, bytes?: number): Promise<FetchedPartition[]> {
        asked.push(bytes);
        if (bytes !== 10) return whole.peek(topic, offsets);
        return [...offsets].map(([number, from]) => ({
          partition: number,
          kind: 'records',
          records: [],
          nextOffset: from,
        }));
      },
    };
    const open = openRecords(kafka, 10);
    expect((await open.of('t', range(0, 5))).get(0)).toEqual({ records: 1, isExact: true, oldestMs: 2_000 });
    expect(asked).toEqual([10, 64 * 1024]);
  });

  it('are looked up once while the group stays where it is', async () => {
    const kafka = partition({ 0: 1_000 }, 5);
    const open = openRecords(kafka);
    await open.of('t', range(0, 5));
    expect((await open.of('t', range(0, 8))).get(0)).toEqual({ records: 4, isExact: false, oldestMs: 1_000 });
    expect(kafka.looks).toBe(1);
    open.forgetBefore([{ topic: 't', partition: 0, committed: 1n }]);
    await open.of('t', range(0, 5));
    expect(kafka.looks).toBe(2);
  });
});
