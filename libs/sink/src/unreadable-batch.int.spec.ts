import { kafkaProxy } from '@sluice/kafka/testing';
import { eventually, serverAddresses } from '@sluice/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedSink } from './testing/scripted-sink.ts';
import { ids, testRig } from './testing/test-rig.ts';

const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A sink of two partitions behind a proxy that can flip a bit of what is fetched. */
async function damagedRig() {
  const proxy = await kafkaProxy(kafkaBrokers);
  closing.push(() => proxy.close());
  const rig = await testRig({ brokers: kafkaBrokers, registryUrl: schemaRegistryUrl, partitions: 2 });
  closing.push(() => rig.close());
  const damage = (text: string) => {
    proxy.onAnswer = (answer) => {
      for (let at = answer.indexOf(text); at >= 0; at = answer.indexOf(text, at + 1)) answer[at] = 0;
    };
  };
  return { proxy, rig, damage };
}

describe('a batch that cannot be read', () => {
  it(
    'stops its partition only, is named, and is read when it has been repaired (G9)',
    { timeout: 120_000 },
    async () => {
      const { proxy, rig, damage } = await damagedRig();
      damage('poison');
      await rig.send(ids('before', 40));
      await rig.send(['poison']);
      await rig.send(ids('after', 40));
      const sink = scriptedSink();
      const running = rig.run(sink, {}, { brokers: proxy.address });
      const written = () => sink.writes.flatMap((write) => write.ids);
      const part = () => Object.keys(running.health.state.reasons).find((name) => name.startsWith(rig.topic)) ?? '';

      await eventually(() => expect(part()).not.toBe(''));
      const partition = Number(part().slice(rig.topic.length + 1));
      const other = 1 - partition;
      const ends = new Map((await rig.kafka.ends(rig.topic))?.map(({ partition: number, end }) => [number, end]));
      await eventually(async () => expect(await rig.committed(other)).toBe(ends.get(other)));
      const records = (await rig.kafka.records(rig.topic)).filter((record) => record.partition === partition);
      const { offset } = records.find(({ key }) => String(key) === 'poison') ?? { offset: -1n };
      await eventually(async () => expect(await rig.committed(partition)).toBe(offset));
      expect(sink.delivered.get(partition)).toEqual(Array.from({ length: Number(offset) }, (_, n) => BigInt(n)));

      // What comes to the other partition meanwhile is delivered, and the group continues without a rebalance.
      await rig.send(ids('later', 40));
      await eventually(async () => expect(await rig.committed(other)).toBeGreaterThan(ends.get(other) ?? 0n));
      expect(await running.metric('sink_group_joins_total')).toBe(1);
      expect(await running.metric('sink_blocked_partitions')).toBe(1);
      expect(running.health.state.reasons[part()]).toContain(
        `waits at offset ${offset}: the batch there cannot be read`,
      );
      const errors = running.lines.filter(({ level }) => level === 'error');
      expect(errors).toHaveLength(1);
      expect(errors[0]?.fields).toMatchObject({ topic: rig.topic, partition, offset: String(offset) });
      expect(errors[0]?.fields['reason']).toMatch(/its checksum is wrong/);
      expect(errors[0]?.fields['remedy']).toContain(
        `sluice skip --topic ${rig.topic} --partition ${partition} --offset ${offset} --group ${rig.group}`,
      );

      proxy.onAnswer = () => {};
      await eventually(() => expect(new Set(written()).size).toBe(121), 90_000);
      await eventually(() => expect(running.health.state).toMatchObject({ ready: true, reasons: {} }));
      expect(await running.metric('sink_blocked_partitions')).toBe(0);
      expect(written()).toHaveLength(121);
    },
  );
});
