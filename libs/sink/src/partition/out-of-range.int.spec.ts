import { eventually, serverAddresses } from '@sluice/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedSink } from '../testing/scripted-sink.ts';
import { ids, testRig } from '../testing/test-rig.ts';

const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function rigOfTwo() {
  const rig = await testRig({ brokers: kafkaBrokers, registryUrl: schemaRegistryUrl, partitions: 2 });
  closing.push(() => rig.close());
  const { topic, group, kafka } = rig;
  return {
    ...rig,
    removeBefore: (partition: number, offset: bigint) => kafka.removeBefore(topic, partition, offset),
    moveGroup: (partition: number, offset: bigint) => kafka.moveGroup(group, topic, partition, offset),
    end: async (partition: number) =>
      (await rig.kafka.ends(topic))?.find((one) => one.partition === partition)?.end ?? -1n,
  };
}

describe('a partition whose log does not have the offset', () => {
  it('continues behind records that Kafka has removed, and says how many are lost', async () => {
    const rig = await rigOfTwo();
    await rig.send(ids('early', 100));
    const [end, other] = [await rig.end(0), await rig.end(1)];
    await rig.moveGroup(0, 3n);
    await rig.removeBefore(0, 10n);
    const sink = scriptedSink();
    const running = rig.run(sink);
    await eventually(async () => expect([await rig.committed(0), await rig.committed(1)]).toEqual([end, other]));
    expect(sink.delivered.get(0)?.[0]).toBe(10n);
    expect(sink.delivered.get(0)).toHaveLength(Number(end) - 10);
    expect(await running.metric('sink_lost_records_total')).toBe(7);
    const errors = running.lines.filter(({ level }) => level === 'error');
    expect(errors.map(({ fields }) => fields)).toEqual([
      expect.objectContaining({ topic: rig.topic, partition: 0, from: '3', to: '10', offsets: '7' }),
    ]);
    expect(running.health.state.ready).toBe(true);
  });

  it('says so while it runs, too', async () => {
    const rig = await rigOfTwo();
    await rig.send(ids('early', 100));
    // The first write waits, so that the queue is full and the partition falls behind.
    const held = Promise.withResolvers<undefined>();
    const sink = scriptedSink(() => held.promise);
    const running = rig.run(sink, { SINK_BUFFER_BYTES: '1048576', SINK_BATCH_RECORDS: '10' });
    await eventually(() => expect(sink.writes.length).toBeGreaterThan(0));
    await rig.send(ids('later', 4_000), 'x'.repeat(1_000));
    const end = await rig.end(0);
    await rig.removeBefore(0, end - 1n);
    held.resolve(undefined);
    await eventually(async () => expect(await rig.committed(0)).toBe(end));
    await eventually(async () => expect(await running.metric('sink_lost_records_total')).toBeGreaterThan(0));
    const lost = await running.metric('sink_lost_records_total');
    expect(sink.delivered.get(0)?.length).toBe(Number(end) - lost);
  });

  it('is blocked where the log ends before it, also when the log grows, and the other partition flows', async () => {
    const rig = await rigOfTwo();
    await rig.send(ids('early', 100));
    const end = await rig.end(0);
    await rig.moveGroup(0, end + 50n);
    const sink = scriptedSink();
    const running = rig.run(sink);
    const part = `${rig.topic}-0`;
    await eventually(() => expect(running.health.state.reasons[part]).toContain(`ends at offset ${end}`));
    await rig.send(ids('more', 300));
    const other = await rig.end(1);
    expect(await rig.end(0)).toBeGreaterThan(end + 50n);
    await eventually(async () => expect(await rig.committed(1)).toBe(other));
    expect(sink.delivered.get(0) ?? []).toEqual([]);
    expect(await rig.committed(0)).toBe(end + 50n);
    expect(await running.metric('sink_blocked_partitions')).toBe(1);
    expect(await running.metric('sink_group_joins_total')).toBe(1);
    const errors = running.lines.filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(1);
    expect(errors[0]?.fields['remedy']).toContain('--reset-offsets');

    await running.stop();
    await rig.moveGroup(0, 0n);
    rig.run(sink);
    await eventually(async () => expect(await rig.committed(0)).toBe(await rig.end(0)));
    expect(sink.delivered.get(0)).toHaveLength(Number(await rig.end(0)));
  });
});
