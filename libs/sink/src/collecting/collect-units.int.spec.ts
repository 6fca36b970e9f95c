import { readDeadLetterHeaders } from '@sluice/kafka';
import { eventually, serverAddresses } from '@sluice/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedCollectingSink, type CollectingScript } from '../testing/scripted-collecting-sink.ts';
import { SinkContractViolation } from '../contract/sink-contract-violation.ts';
import { ids, testRig } from '../testing/test-rig.ts';

const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
const hourMs = 3_600_000;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function rigOf(options: { partitions?: number } = {}) {
  const rig = await testRig({ brokers: kafkaBrokers, registryUrl: schemaRegistryUrl, ...options });
  closing.push(() => rig.close());
  return rig;
}

/** A sink whose units end with so many records, and by nothing else. */
function sinkOf(unitRecords: number, script?: CollectingScript) {
  const sink = scriptedCollectingSink(script);
  return Object.assign(sink, { unitRecords, waitMs: hourMs });
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => BigInt(from + n));

describe('a running collecting sink', () => {
  it('delivers every record once, in units, and commits at their ends only (G1, G2)', async () => {
    const rig = await rigOf();
    const sink = sinkOf(30);
    const running = rig.runCollecting(sink);
    await rig.send(ids('a', 100));
    await eventually(async () => expect(await rig.committed()).toBe(90n));
    await rig.send(ids('b', 25));
    await eventually(async () => expect(await rig.committed()).toBe(120n));
    expect(sink.deliveries.map(({ offsets }) => offsets)).toEqual([0, 30, 60, 90].map((n) => range(n, n + 30)));
    expect(sink.delivered.get(0)).toEqual(range(0, 120));
    // Counted when the commit is acknowledged, which others may see before.
    await eventually(async () => expect(await running.metric('sink_records_total')).toBe(120));
    await eventually(async () => expect(await running.metric('sink_units_total')).toBe(4));
    await eventually(async () => expect(await running.metric('sink_lag_records')).toBe(5));
    expect(await running.metric('sink_unit_bytes')).toBeGreaterThan(0);
    expect(running.health.state.ready).toBe(true);
    await running.stop();
    expect(sink.closes).toBe(1);
  });

  it('begins another unit with a record that belongs into it', async () => {
    const rig = await rigOf();
    const sink = sinkOf(Infinity);
    sink.isCut = ({ offset }) => offset % 4n === 0n;
    rig.runCollecting(sink);
    await rig.send(ids('a', 10));
    await eventually(async () => expect(await rig.committed()).toBe(8n));
    expect(sink.deliveries.map(({ offsets }) => offsets)).toEqual([range(0, 4), range(4, 8)]);
  });

  it('delivers a unit when it has waited long enough, not before, and also where nothing comes any more', async () => {
    const rig = await rigOf();
    const sink = scriptedCollectingSink(() => void times.push(performance.now()));
    const times: number[] = [];
    sink.waitMs = 1_500;
    rig.runCollecting(sink);
    const startMs = performance.now();
    await rig.send(ids('a', 3));
    await rig.send(ids('b', 2));
    await eventually(async () => expect(await rig.committed()).toBe(5n));
    expect(sink.deliveries.map(({ offsets }) => offsets)).toEqual([range(0, 5)]);
    expect((times[0] ?? 0) - startMs).toBeGreaterThanOrEqual(1_500);
  });

  it('puts what cannot be read to the dead letters of its unit, and commits where there is nothing else (G1)', async () => {
    const rig = await rigOf();
    const sink = sinkOf(3);
    rig.runCollecting(sink);
    const broken = rig.encode('broken').subarray(0, -2);
    const bad = (key: string) => rig.sendRaw([{ key, value: key.startsWith('null') ? null : broken }]);
    await bad('null-0');
    await eventually(async () => expect(await rig.committed()).toBe(1n));
    expect(sink.deliveries).toEqual([]);
    await rig.send(['good-1']);
    await bad('broken-2');
    await bad('null-3');
    await rig.send(['good-4']);
    // Neither is committed before their unit is.
    await expect(eventually(async () => expect(await rig.committed()).toBeGreaterThan(1n), 500)).rejects.toThrow();
    await rig.send(['good-5', 'good-6']);
    await eventually(async () => expect(await rig.committed()).toBe(6n));
    expect(sink.delivered.get(0)).toEqual([1n, 4n, 5n]);
    const deadLetters = await rig.kafka.records(rig.deadLetters);
    expect(deadLetters.map(({ key, value }) => [String(key), value])).toEqual([
      ['null-0', null],
      ['broken-2', broken],
      ['null-3', null],
    ]);
    expect(deadLetters.map(({ headers }) => readDeadLetterHeaders(headers)?.offset)).toEqual([0n, 2n, 3n]);
  });

  it('puts what the destination refuses to the dead letters', async () => {
    const rig = await rigOf();
    const sink = sinkOf(4, ({ records, offsets }) => ({
      deliveredThrough: offsets.at(-1) ?? -1n,
      rejected: records.filter(({ offset }) => offset % 2n === 1n).map((record) => ({ record, reason: 'no column' })),
    }));
    rig.runCollecting(sink);
    await rig.send(ids('a', 8));
    await eventually(async () => expect(await rig.committed()).toBe(8n));
    const deadLetters = await rig.kafka.records(rig.deadLetters);
    expect(deadLetters.map(({ headers }) => readDeadLetterHeaders(headers))).toMatchObject(
      [1n, 3n, 5n, 7n].map((offset) => ({ offset, reason: 'no column', errorClass: 'refused', attempts: 1 })),
    );
  });

  it('waits while the destination is away, with few words, and rejects nothing (G4)', async () => {
    const rig = await rigOf();
    let isAway = true;
    const sink = sinkOf(5, () => {
      if (isAway) throw new Error('connection refused');
      return undefined;
    });
    const running = rig.runCollecting(sink);
    await rig.send(ids('a', 7));
    await eventually(() => expect(sink.deliveries.length).toBeGreaterThan(3));
    expect(running.health.state).toMatchObject({ ready: false, reasons: { destination: 'connection refused' } });
    expect(await rig.committed()).toBeUndefined();
    isAway = false;
    await eventually(async () => expect(await rig.committed()).toBe(5n));
    expect(running.health.state.ready).toBe(true);
    expect(sink.deliveries.map(({ attempt }) => attempt)).toEqual(sink.deliveries.map((_, n) => n + 1));
    expect(running.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(await rig.kafka.records(rig.deadLetters)).toEqual([]);
  });

  it('reads again what a delivery left over, while more comes all the time', async () => {
    const rig = await rigOf();
    // Seven of ten are delivered, each time: what was read and is on its way is of no use.
    const sink = sinkOf(10, ({ offsets }) => ({ deliveredThrough: offsets[6] ?? offsets.at(-1) ?? -1n }));
    const running = rig.runCollecting(sink);
    const count = 200;
    for (let n = 0; n < count; n += 20) await rig.send(ids(`a-${n}`, 20));
    await eventually(async () => expect(await rig.committed()).toBeGreaterThan(BigInt(count - 10)), 60_000);
    const done = sink.delivered.get(0) ?? [];
    expect(done).toEqual(range(0, done.length));
    expect(await rig.committed()).toBe(BigInt(done.length));
    await eventually(async () => expect(await running.metric('sink_records_total')).toBe(done.length));
  });

  it('passes over what the destination has already, but not over what cannot be read', async () => {
    const rig = await rigOf();
    const sink = sinkOf(5, ({ offsets }) => (offsets[0] === 0n ? { deliveredThrough: 16n } : undefined));
    rig.runCollecting(sink);
    await rig.send(ids('a', 7));
    await rig.sendRaw([{ key: 'bad', value: Buffer.from('bad') }]);
    await eventually(() => expect(sink.deliveries).toHaveLength(1));
    // It reaches beyond what there is: nothing is committed before all of that has been seen.
    await expect(eventually(async () => expect(await rig.committed()).toBeDefined(), 500)).rejects.toThrow();
    await rig.send(ids('b', 14));
    await eventually(async () => expect(await rig.committed()).toBe(22n));
    expect(sink.deliveries.map(({ offsets }) => offsets)).toEqual([range(0, 5), range(17, 22)]);
    expect((await rig.kafka.records(rig.deadLetters)).map(({ key }) => String(key))).toEqual(['bad']);
  });

  it('adds what a delivery misses, and commits only then', async () => {
    const rig = await rigOf();
    const sink = sinkOf(5, ({ offsets }) => (offsets.at(-1) === 4n ? { missingThrough: 11n } : undefined));
    rig.runCollecting(sink);
    await rig.send(ids('a', 8));
    await eventually(() => expect(sink.deliveries).toHaveLength(1));
    await expect(eventually(async () => expect(await rig.committed()).toBeDefined(), 500)).rejects.toThrow();
    await rig.send(ids('b', 9));
    await eventually(async () => expect(await rig.committed()).toBe(17n));
    expect(sink.deliveries.map(({ offsets }) => offsets)).toEqual([range(0, 5), range(0, 12), range(12, 17)]);
  });

  it('publishes output records once, in the transaction that commits (G2)', async () => {
    const rig = await rigOf();
    const objects = await rig.kafka.topic();
    const sink = sinkOf(5, ({ offsets }) => ({
      deliveredThrough: offsets.at(-1) ?? -1n,
      outputs: [{ topic: objects, key: 'object', value: Buffer.from(`${offsets[0]}`) }],
    }));
    rig.runCollecting(sink);
    await rig.send(ids('a', 15));
    await eventually(async () => expect(await rig.committed()).toBe(15n));
    expect((await rig.kafka.records(objects)).map(({ value }) => String(value))).toEqual(['0', '5', '10']);
  });

  it('holds no more than its memory, however many the partitions, and continues (G5)', async () => {
    const [partitions, count, size] = [12, 1_200, 10_000];
    const rig = await rigOf({ partitions });
    const limit = 2 * 1024 * 1024;
    const sink = sinkOf(Infinity);
    const running = rig.runCollecting(sink, { SINK_UNIT_BYTES: String(limit) });
    await rig.send(ids('a', count), 'x'.repeat(size));
    const delivered = () => [...sink.delivered.values()].reduce((sum, { length }) => sum + length, 0);
    // The rest is less than what makes memory short.
    await eventually(() => expect(delivered()).toBeGreaterThan(count - limit / size), 60_000);
    expect(sink.mostBytes).toBeGreaterThan(limit / 2);
    expect(sink.mostBytes).toBeLessThan(limit + 2 * size);
    // Not the smallest were delivered, but units worth delivering.
    expect(sink.deliveries.length).toBeLessThan((count * size) / (limit / partitions / 2));
    await running.stop();
  });

  it('stops for a defect of the sink', async () => {
    const rig = await rigOf();
    const sink = sinkOf(5, () => ({ missingThrough: 0n }));
    const running = rig.runCollecting(sink);
    await rig.send(ids('a', 5));
    await expect(running.done).rejects.toThrow(SinkContractViolation);
    expect(sink.closes).toBe(1);
    expect(await rig.committed()).toBeUndefined();
  });
});
