import { kafkaRecord, type KafkaRecord } from '@sluice/kafka';
import { describe, expect, it, vi } from 'vitest';
import { PartitionQueue, recordBytes, type QueueLimits } from './partition-queue.ts';

const record = (offset: number, bytes = 10): KafkaRecord =>
  kafkaRecord({ offset: BigInt(offset), timestampMs: 0, key: null, value: Buffer.alloc(bytes) });
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => record(from + n));
const offsets = (chunk: { records: readonly KafkaRecord[] } | undefined) => chunk?.records.map(({ offset }) => offset);
const never = new AbortController().signal;
const hourMs = 3_600_000;

function queueWith(limits: Partial<QueueLimits>) {
  const sizes: number[] = [];
  const held: number[] = [];
  const queue = new PartitionQueue(
    { batchRecords: 1_000, batchBytes: 1_000_000, ...limits },
    (aheadBytes, heldBytes) => {
      sizes.push(aheadBytes);
      held.push(heldBytes);
    },
  );
  return { queue, bytes: () => sizes.at(-1), held: () => held.at(-1) };
}

describe('a partition queue', () => {
  it('gives out records as soon as there are any, in order, and no more than are wanted', async () => {
    const { queue } = queueWith({ batchRecords: 4 });
    const taken = queue.take(never);
    queue.push(range(0, 3), 3n);
    queue.push(range(3, 8), 8n);
    expect(offsets(await taken)).toEqual([0n, 1n, 2n, 3n]);
    expect(offsets(await queue.take(never))).toEqual([4n, 5n, 6n, 7n]);
  });

  it('gives out no more bytes than are wanted, but for a single large record', async () => {
    const size = recordBytes(record(0));
    const { queue } = queueWith({ batchBytes: size * 3 });
    queue.push(range(0, 4), 4n);
    expect(offsets(await queue.take(never))).toEqual([0n, 1n, 2n]);
    queue.push([record(4, size * 10)], 5n);
    expect(offsets(await queue.take(never))).toEqual([3n]);
    expect(offsets(await queue.take(never))).toEqual([4n]);
  });

  it('counts what was taken as in flight until more is asked for', async () => {
    const { queue, bytes, held } = queueWith({ batchRecords: 2 });
    queue.push(range(0, 4), 4n);
    const all = bytes() ?? 0;
    await queue.take(never);
    expect([bytes(), held()]).toEqual([all / 2, all]);
    await queue.take(never);
    expect([bytes(), held()]).toEqual([0, all / 2]);
    void queue.take(never);
    expect([bytes(), held()]).toEqual([0, 0]);
  });

  it('commits behind control records only when everything before them is taken', async () => {
    const { queue } = queueWith({ batchRecords: 2 });
    queue.push(range(0, 4), 9n);
    expect((await queue.take(never))?.nextOffset).toBe(2n);
    expect((await queue.take(never))?.nextOffset).toBe(9n);
  });

  it('gives out an offset to commit where only control records came, once, and with records where there are some', async () => {
    const { queue } = queueWith({ batchRecords: 2 });
    const taken = queue.take(never);
    queue.push([], 3n);
    expect(await taken).toEqual({ records: [], nextOffset: 3n });
    expect(await queue.take(never, 1)).toBeUndefined();
    queue.push(range(3, 5), 5n);
    queue.push([], 7n);
    expect(await queue.take(never)).toEqual({ records: range(3, 5), nextOffset: 7n });
    expect(await queue.take(never, 1)).toBeUndefined();
    queue.push([], 8n);
    queue.push(range(8, 9), 9n);
    expect(await queue.take(never)).toEqual({ records: range(8, 9), nextOffset: 9n });
    expect(await queue.take(never, 1)).toBeUndefined();
    queue.push([], 12n);
    queue.clear();
    expect(await queue.take(never, 1)).toBeUndefined();
  });

  it('takes nothing once it is to stop, whatever there is', async () => {
    const stop = new AbortController();
    const { queue } = queueWith({ batchRecords: 2 });
    const taken = queue.take(stop.signal);
    queue.push(range(0, 1), 1n);
    stop.abort();
    expect(await taken).toBeUndefined();
    queue.push(range(1, 9), 9n);
    expect(await queue.take(stop.signal)).toBeUndefined();
  });

  it('gives out nothing within a time that is set, nor after an interruption, but continues after it', async () => {
    vi.useFakeTimers();
    const { queue } = queueWith({ batchRecords: 2 });
    const within = queue.take(never, 1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await within).toBeUndefined();
    vi.useRealTimers();
    const interrupted = queue.take(never);
    queue.interrupt();
    expect(await interrupted).toBeUndefined();
    queue.interrupt();
    queue.push(range(0, 2), 2n);
    expect(await queue.take(never)).toBeUndefined();
    expect(offsets(await queue.take(never))).toEqual([0n, 1n]);
  });

  it('takes a longer time than a timer can hold for what it is', async () => {
    const { queue } = queueWith({ batchRecords: 2 });
    const taken = queue.take(never, 2 ** 40);
    await new Promise((resolve) => setTimeout(resolve, 20));
    queue.push(range(0, 2), 2n);
    expect(offsets(await taken)).toEqual([0n, 1n]);
  });

  it('rests, whatever comes, until it is interrupted', async () => {
    const { queue } = queueWith({ batchRecords: 1 });
    let isOver = false;
    const rest = queue.waitIdle(never, hourMs).then(() => (isOver = true));
    queue.push(range(0, 2), 2n);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    queue.interrupt();
    await rest;
    expect(offsets(await queue.take(never))).toEqual([0n]);
  });

  it('drops all that it holds, and continues with what comes then', async () => {
    const { queue, bytes } = queueWith({ batchRecords: 3 });
    queue.push(range(0, 5), 9n);
    expect(offsets(await queue.take(never))).toEqual([0n, 1n, 2n]);
    queue.clear();
    expect(bytes()).toBe(0);
    queue.push(range(1, 4), 4n);
    expect(await queue.take(never)).toEqual({ records: range(1, 4), nextOffset: 4n });
  });

  it('counts its bytes, back to nothing, over many records', async () => {
    const { queue, bytes } = queueWith({ batchRecords: 7_000, batchBytes: 1e9 });
    queue.push(range(0, 25_000), 25_000n);
    expect(bytes()).toBe(25_000 * recordBytes(record(0)));
    const seen: bigint[] = [];
    for (let n = 0; n < 3; n++) seen.push(...(offsets(await queue.take(never)) ?? []));
    queue.push(range(25_000, 28_000), 28_000n);
    seen.push(...(offsets(await queue.take(never)) ?? []));
    expect(seen).toEqual(range(0, 28_000).map(({ offset }) => offset));
    expect(bytes()).toBe(0);
  });

  it('counts a batch as held until its last record is taken, as each of them holds all of it', async () => {
    const { queue, bytes } = queueWith({ batchRecords: 2 });
    const batch = Buffer.alloc(1_000_000);
    const of = (offset: number): KafkaRecord => ({ ...range(offset, offset + 1)[0], bytes: batch }) as KafkaRecord;
    queue.push([of(0), of(1), of(2), record(3)], 4n);
    expect(bytes()).toBeGreaterThan(1_000_000);
    await queue.take(never);
    expect(bytes()).toBeGreaterThan(1_000_000);
    await queue.take(never);
    expect(bytes()).toBe(0);
  });
});
