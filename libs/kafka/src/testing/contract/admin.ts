import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noHandlers } from '../no-handlers.ts';
import { eventually, uniqueName, type TestKafka } from '../test-kafka.ts';
import type { ContractOptions } from './contract-options.ts';

export function adminContract({ connect, brokers: kafkaBrokers }: ContractOptions): void {
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await connect(kafkaBrokers);
  });
  afterAll(() => kafka.disconnect());

  describe('topics', () => {
    it('are created with their settings, described, and refused in words where they exist', async () => {
      const topic = uniqueName('made');
      const options = { partitions: 3, replicas: -1, settings: { 'retention.ms': '3600000' } };
      await kafka.admin.createTopic(topic, options);
      const [described, ...more] = await eventually(async () => {
        const found = await kafka.admin.describeTopics([topic, uniqueName('absent')]);
        expect(found).toHaveLength(1);
        return found;
      });
      expect(more).toEqual([]);
      expect(described?.partitions.map(({ partition }) => partition)).toEqual([0, 1, 2]);
      for (const { leader, replicas, inSync } of described?.partitions ?? []) {
        expect(replicas).toContain(leader);
        expect(inSync).toEqual(replicas);
      }
      expect(await kafka.admin.topicSettings(topic)).toEqual(
        expect.arrayContaining([
          { name: 'retention.ms', value: '3600000', isOwn: true },
          { name: 'cleanup.policy', value: 'delete', isOwn: false },
        ]),
      );
      await expect(kafka.admin.createTopic(topic, options)).rejects.toMatchObject({
        name: 'TopicRefused',
        message: expect.stringContaining(`'${topic}' already exists`),
      });
      expect((await kafka.admin.describeTopics()).map((one) => one.topic)).toContain(topic);
    });

    it('change one setting and keep the others; a change that is only checked is not made', async () => {
      const topic = await kafka.topic({ settings: { 'retention.ms': '1000', 'segment.bytes': '1048576' } });
      await kafka.admin.changeSettings(topic, { 'retention.ms': '2000' }, { validateOnly: true });
      expect(await kafka.setting(topic, 'retention.ms')).toBe('1000');
      await kafka.admin.changeSettings(topic, { 'retention.ms': '2000' });
      await eventually(async () => expect(await kafka.setting(topic, 'retention.ms')).toBe('2000'));
      expect(await kafka.setting(topic, 'segment.bytes')).toBe('1048576');
      await kafka.admin.changeSettings(topic, { 'retention.ms': undefined });
      await eventually(async () => {
        const found = await kafka.admin.topicSettings(topic);
        expect(found.filter(({ isOwn }) => isOwn).map(({ name }) => name)).toEqual(['segment.bytes']);
      });
      await expect(kafka.admin.changeSettings(topic, { 'retention.ms': 'long' })).rejects.toMatchObject({
        name: 'TopicRefused',
        message: expect.stringContaining('retention.ms'),
      });
    });

    it('get more partitions, never fewer', async () => {
      const topic = await kafka.topic({ partitions: 2 });
      await kafka.admin.addPartitions(topic, 4, { validateOnly: true });
      expect(await kafka.ends(topic)).toHaveLength(2);
      await kafka.admin.addPartitions(topic, 4);
      await eventually(async () => expect(await kafka.ends(topic)).toHaveLength(4));
      await expect(kafka.admin.addPartitions(topic, 3)).rejects.toMatchObject({ name: 'TopicRefused' });
    });

    it('have the offset of a time; their end where nothing is as new', async () => {
      const topic = await kafka.topic({ partitions: 2 });
      const producer = await kafka.producer();
      const times = [1_000_000, 2_000_000, 3_000_000];
      for (const timestampMs of times)
        await producer.send(topic, [{ key: 'one', value: Buffer.from('v'), timestampMs }]);
      await producer.disconnect();
      const [{ partition = 0 } = {}] = await kafka.records(topic);
      const at = async (timeMs: number) => Object.fromEntries(await kafka.admin.offsetsAt(topic, timeMs));
      expect(await at(1_500_000)).toEqual({ [partition]: 1n, [1 - partition]: 0n });
      expect(await at(9_000_000)).toEqual({ [partition]: 3n, [1 - partition]: 0n });
    });
  });

  describe('groups', () => {
    it('are described with their members, and refuse other offsets while they have some', async () => {
      const [topic, group] = [await kafka.topic({ partitions: 2 }), uniqueName('group')];
      expect(await kafka.admin.describeGroups([group])).toMatchObject([{ group, state: 'Dead', members: [] }]);
      const places = [0, 1].map((partition) => ({ topic, partition }));
      await kafka.admin.setGroupOffsets(
        group,
        places.map((place) => ({ ...place, nextOffset: 5n })),
      );
      expect(await kafka.admin.groupOffsets(group)).toEqual(places.map((place) => ({ ...place, nextOffset: 5n })));
      expect(await kafka.admin.describeGroups([group])).toMatchObject([{ state: 'Empty' }]);

      const consumer = kafka.join({
        ...{ groupId: group, topics: [topic], publishes: [], handlers: noHandlers, sessionTimeoutMs: 6_000 },
        ...{ fetchBytes: 1_000_000, fetchMaxBytes: 10_000_000, lingerMs: 100 },
      });
      await eventually(async () => {
        const [found] = await kafka.admin.describeGroups([group]);
        expect(found).toMatchObject({ state: 'Stable', members: [{ clientId: 'test' }] });
        expect(found?.members[0]?.partitions).toEqual(places);
      });
      await expect(kafka.admin.setGroupOffsets(group, [{ topic, partition: 0, nextOffset: 1n }])).rejects.toMatchObject(
        { name: 'GroupHasMembers' },
      );
      await consumer.stop();
      await eventually(() => kafka.admin.setGroupOffsets(group, [{ topic, partition: 0, nextOffset: 1n }]));
      expect((await kafka.committedOffsets(group, topic)).get(0)).toBe(1n);
      expect((await kafka.committedOffsets(group, topic)).get(1)).toBe(5n);
    });
  });
}
