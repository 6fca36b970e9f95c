import { randomBytes } from 'node:crypto';
import { RecordsRefused } from '@sluice/kafka';
import { uniqueName } from '@sluice/kafka/testing';
import { eventually, serverAddresses } from '@sluice/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedCollectingSink } from '../testing/scripted-collecting-sink.ts';
import { scriptedSink } from '../testing/scripted-sink.ts';
import { ids, testRig } from '../testing/test-rig.ts';

const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
type Rig = Awaited<ReturnType<typeof testRig>>;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function rigOf(): Promise<Rig> {
  const rig = await testRig({ brokers: kafkaBrokers, registryUrl: schemaRegistryUrl });
  closing.push(() => rig.close());
  return rig;
}

/** Publishes events in one transaction. */
async function publish(rig: Rig, names: readonly string[]): Promise<void> {
  const producer = await rig.kafka.transactionalProducer(uniqueName('tx'));
  await producer.publish(names.map((id) => ({ topic: rig.topic, key: id, value: rig.encode(id) })));
  await producer.close();
}

/** Publishes an event in a transaction that is aborted. */
async function abort(rig: Rig): Promise<void> {
  const producer = await rig.kafka.transactionalProducer(uniqueName('tx'));
  // One request each: the first record is in the log when the second is refused.
  const records = [rig.encode('aborted'), randomBytes(2_000_000)];
  const publishing = producer.publish(records.map((value) => ({ topic: rig.topic, key: null, value })));
  await expect(publishing).rejects.toThrow(RecordsRefused);
  await producer.close();
}

const endOf = async (rig: Rig) => (await rig.kafka.ends(rig.topic))?.[0]?.end;

describe('age and lag', () => {
  it('grow while the destination is away and nothing is read any more, and end with the outage', async () => {
    const rig = await rigOf();
    let isAway = true;
    const sink = scriptedSink(() => {
      if (isAway) throw Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
    });
    const running = rig.run(sink, { SINK_BUFFER_BYTES: '1048576', SINK_BATCH_RECORDS: '10' });
    await rig.send(ids('a', 5));
    await eventually(async () => expect(await running.metric('sink_oldest_uncommitted_seconds')).toBeGreaterThan(0.5));
    await rig.send(ids('b', 60), 'x'.repeat(100_000));
    await eventually(async () => expect(await running.metric('sink_paused_partitions')).toBe(1));
    const [ageBefore, atMs] = [await running.metric('sink_oldest_uncommitted_seconds'), performance.now()];
    await rig.send(ids('c', 10));
    await eventually(async () => expect(await running.metric('sink_lag_records')).toBe(75));
    expect(await running.metric('sink_assigned_partitions')).toBe(1);
    const [age, passed] = [await running.metric('sink_oldest_uncommitted_seconds'), (performance.now() - atMs) / 1000];
    expect(age - ageBefore).toBeGreaterThan(passed - 0.5);
    expect(age - ageBefore).toBeLessThan(passed + 0.5);
    expect(await running.metric('sink_overdue_seconds')).toBeGreaterThanOrEqual(age);
    expect(await running.metric('sink_in_flight_bytes')).toBeGreaterThan(0);
    expect(await running.metric('sink_retries_total', 'cause="unreachable"')).toBeGreaterThan(0);
    isAway = false;
    await eventually(async () => expect(await running.metric('sink_lag_records')).toBe(0));
    expect(await running.metric('sink_oldest_uncommitted_seconds')).toBe(0);
    expect(await running.metric('sink_overdue_seconds')).toBe(0);
    await eventually(async () => expect(await running.metric('sink_paused_partitions')).toBe(0));
  });

  it('do not count markers of transactions', async () => {
    const rig = await rigOf();
    for (let n = 0; n < 10; n++) await publish(rig, [`event-${n}`]);
    const held = Promise.withResolvers<undefined>();
    const running = rig.run(scriptedSink(() => held.promise));
    await eventually(async () => expect(await running.metric('sink_lag_records')).toBe(10));
    held.resolve(undefined);
    await eventually(async () => expect(await running.metric('sink_lag_records')).toBe(0));
  });
});

describe('a topic that ends in an aborted transaction', () => {
  it('is committed to its end by a sink that writes batches', async () => {
    const rig = await rigOf();
    const sink = scriptedSink();
    const running = rig.run(sink);
    await publish(rig, ids('a', 3));
    await eventually(async () => expect(await rig.committed()).toBe(4n));
    await abort(rig);
    const end = await endOf(rig);
    expect(end).toBeGreaterThan(4n);
    await eventually(async () => expect(await rig.committed()).toBe(end));
    expect(await running.metric('sink_lag_records')).toBe(0);
    await publish(rig, ['later']);
    await eventually(async () => expect(await rig.committed()).toBe(await endOf(rig)));
    expect(sink.writes.flatMap((write) => write.ids)).toHaveLength(4);
  });

  it('is committed to its end if it has nothing else', async () => {
    const rig = await rigOf();
    await abort(rig);
    rig.run(scriptedSink());
    await eventually(async () => expect(await rig.committed()).toBe(await endOf(rig)));
  });

  it('is committed to its end by a collecting sink, with the unit before it and without one', async () => {
    const rig = await rigOf();
    const sink = Object.assign(scriptedCollectingSink(), { waitMs: 1_000 });
    const running = rig.runCollecting(sink);
    await publish(rig, ids('a', 3));
    await abort(rig);
    await eventually(async () => expect(await rig.committed()).toBe(await endOf(rig)));
    expect(sink.deliveries.map(({ offsets }) => offsets)).toEqual([[0n, 1n, 2n]]);
    await abort(rig);
    await eventually(async () => expect(await rig.committed()).toBe(await endOf(rig)));
    expect(sink.deliveries).toHaveLength(1);
    expect(await running.metric('sink_lag_records')).toBe(0);
  });
});
