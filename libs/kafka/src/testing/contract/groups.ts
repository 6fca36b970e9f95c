import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AssignedPartition, GroupConsumer } from '../../group/group-consumer.ts';
import { PartitionLost } from '../../group/partition-lost.ts';
import { RecordsRefused } from '../../produce/records-refused.ts';
import { holdBack, kafkaApi, kafkaProxy } from '../kafka-proxy.ts';
import { noHandlers } from '../no-handlers.ts';
import { eventually, uniqueName, type TestKafka } from '../test-kafka.ts';
import type { ContractOptions } from './contract-options.ts';

export function groupsContract({ connect, brokers: kafkaBrokers }: ContractOptions): void {
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await connect(kafkaBrokers);
  });
  afterAll(() => kafka.disconnect());

  /** A group's members under test, and everything they say, in the order in which it happened. */
  function testGroup(topic: string) {
    const groupId = uniqueName('group');
    const story: { member: string; what: 'assigned' | 'lost' | 'joined' | 'interrupted'; partition?: number }[] = [];
    const members: GroupConsumer[] = [];
    const read: { member: string; value: string }[] = [];
    const outOfRange: bigint[] = [];
    const unreadable: { offset: bigint; reason: string }[] = [];
    return {
      groupId,
      story,
      read,
      outOfRange,
      unreadable,
      count: (member: string, what: string) => story.filter((e) => e.member === member && e.what === what).length,
      async committed(partition = 0) {
        return (await kafka.committedOffsets(groupId, topic)).get(partition);
      },
      stop: async () => {
        await Promise.all(members.map((member) => member.stop()));
      },
      /** Joins a member that starts each partition at its committed offset. @param commits whether it commits what it reads */
      join(member: string, client: TestKafka = kafka, commits = false) {
        const owned = new Map<number, AssignedPartition>();
        const consumer = client.join({
          groupId,
          topics: [topic],
          fetchBytes: 1_000_000,
          fetchMaxBytes: 10_000_000,
          lingerMs: 100,
          publishes: [],
          sessionTimeoutMs: 6_000,
          handlers: {
            ...noHandlers,
            assigned(assigned) {
              const { partition, lost } = assigned;
              story.push({ member, what: 'assigned', partition });
              owned.set(partition, assigned);
              lost.addEventListener('abort', () => {
                story.push({ member, what: 'lost', partition });
                if (owned.get(partition) === assigned) owned.delete(partition);
              });
              void kafka
                .committedOffsets(groupId, topic)
                .then((committed) => assigned.start(committed.get(partition) ?? 0n));
            },
            fetched(assigned, records, nextOffset) {
              read.push(...records.map(({ value }) => ({ member, value: String(value) })));
              if (commits) assigned.commit({ nextOffset, records: [] }).catch(() => {});
            },
            outOfRange: (_, offset) => void outOfRange.push(offset),
            unreadable: (_, { offset, reason }) => void unreadable.push({ offset, reason }),
            joined: () => story.push({ member, what: 'joined' }),
            interrupted: () => story.push({ member, what: 'interrupted' }),
          },
        });
        members.push(consumer);
        return { owned, stop: () => consumer.stop() };
      },
    };
  }

  const send = async (topic: string, values: readonly string[]) => {
    const producer = await kafka.producer();
    await producer.send(
      topic,
      values.map((value) => ({ key: value, value: Buffer.from(value) })),
    );
    await producer.disconnect();
  };
  const names = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}-${n}`);

  describe('a group of consumers', () => {
    it('shares partitions, moves them when a member joins or leaves, and does not spin', async () => {
      const topic = await kafka.topic({ partitions: 4 });
      const group = testGroup(topic);
      const a = group.join('a', kafka, true);
      await eventually(() => expect(a.owned.size).toBe(4));
      const b = group.join('b', kafka, true);
      await eventually(() => expect([a.owned.size, b.owned.size]).toEqual([2, 2]));
      expect([...a.owned.keys(), ...b.owned.keys()].toSorted()).toEqual([0, 1, 2, 3]);

      const values = names('v', 100);
      await send(topic, values);
      await eventually(() => expect(new Set(group.read.map(({ value }) => value)).size).toBe(100));
      expect(new Set(group.read.map(({ member }) => member))).toEqual(new Set(['a', 'b']));

      await a.stop();
      await eventually(() => expect(b.owned.size).toBe(4));
      await send(topic, names('w', 100));
      await eventually(() => expect(new Set(group.read.map(({ value }) => value)).size).toBe(200));
      await group.stop();
      // Two changes of membership for `a`, three for `b`. A leader that hears of a change twice, by heartbeat and by commit, joins twice
      // and takes the others with it. One that spins joins many times a second.
      expect(group.count('a', 'joined')).toBeLessThanOrEqual(6);
      expect(group.count('b', 'joined')).toBeLessThanOrEqual(8);
      expect(group.count('a', 'interrupted') + group.count('b', 'interrupted')).toBe(0);
    });

    it('takes a partition from its owner before another member is given it', async () => {
      const group = testGroup(await kafka.topic({ partitions: 4 }));
      const a = group.join('a');
      await eventually(() => expect(a.owned.size).toBe(4));
      const b = group.join('b');
      await eventually(() => expect(b.owned.size).toBe(2));
      await a.stop();
      await eventually(() => expect(b.owned.size).toBe(4));
      await b.stop();
      const owner = new Map<number, string>();
      for (const { member, what, partition } of group.story) {
        if (partition === undefined) continue;
        if (what === 'assigned') {
          expect(owner.get(partition)).toBeUndefined();
          owner.set(partition, member);
        } else {
          expect(owner.get(partition)).toBe(member);
          owner.delete(partition);
        }
      }
      expect(owner.size).toBe(0);
    });

    it('continues at another offset on start, and hands over nothing that was fetched before', async () => {
      const topics = [await kafka.topic(), await kafka.topic()];
      for (const topic of topics) await send(topic, names('v', 10));
      const read = new Map<string, string[]>(topics.map((topic) => [topic, []]));
      const owned: AssignedPartition[] = [];
      let isFirst = true;
      const consumer = kafka.join({
        groupId: uniqueName('group'),
        topics,
        fetchBytes: 1_000_000,
        fetchMaxBytes: 10_000_000,
        lingerMs: 100,
        publishes: [],
        sessionTimeoutMs: 6_000,
        handlers: {
          ...noHandlers,
          assigned(assigned) {
            owned.push(assigned);
            // Together, so that one answer brings both.
            if (owned.length === 2) for (const one of owned) one.start(0n);
          },
          fetched({ topic }, records) {
            read.get(topic)?.push(...records.map(({ value }) => String(value)));
            // The other's records came with the same answer.
            if (isFirst) for (const one of owned) if (one.topic !== topic) one.start(7n);
            isFirst = false;
          },
        },
      });
      await eventually(() => {
        const counts = [...read.values()].map(({ length }) => length);
        expect(counts.toSorted((a, b) => a - b)).toEqual([3, 10]);
      });
      // At the end of a log a fetch is under way nearly always: what it brings is not what is asked for now.
      for (const one of owned) {
        read.set(one.topic, []);
        one.start(4n);
      }
      for (const topic of topics) await send(topic, ['last']);
      const expected = [...names('v', 10).slice(4), 'last'];
      await eventually(() => expect([...read.values()]).toEqual([expected, expected]));
      await consumer.stop();
    });

    it('refuses commits of a lost partition, and gives no offset of it', async () => {
      const topic = await kafka.topic();
      await send(topic, names('v', 10));
      const group = testGroup(topic);
      const a = group.join('a');
      await eventually(() => expect(group.read).toHaveLength(10));
      const before = a.owned.get(0);
      if (before === undefined) throw new Error('not assigned');
      await before.commit({ nextOffset: 3n, records: [] });
      await a.stop();
      await expect(before.commit({ nextOffset: 9n, records: [] })).rejects.toThrow(PartitionLost);
      await expect(before.committed()).rejects.toThrow(PartitionLost);
      expect(await group.committed()).toBe(3n);
    });

    it('keeps the commit of a successor when a suspended process wakes up', async () => {
      const topic = await kafka.topic();
      await send(topic, names('v', 10));
      const proxy = await kafkaProxy(kafkaBrokers);
      const behind = await connect(proxy.address);
      const group = testGroup(topic);
      const zombie = group.join('zombie', behind);
      await eventually(() => expect(group.read).toHaveLength(10));
      const stale = zombie.owned.get(0);
      if (stale === undefined) throw new Error('not assigned');

      const wake = proxy.hold();
      // It does not know yet that the group has removed it.
      const commit = stale.commit({ nextOffset: 10n, records: [] }).then(
        () => undefined,
        (error: unknown) => error,
      );
      const successor = group.join('successor');
      await eventually(() => expect(successor.owned.size).toBe(1));
      await eventually(() => expect(group.read.filter(({ member }) => member === 'successor')).toHaveLength(10));
      await successor.owned.get(0)?.commit({ nextOffset: 4n, records: [] });
      wake();
      expect(await commit).toBeInstanceOf(PartitionLost);
      expect(await group.committed()).toBe(4n);
      // Alive again, it takes part again.
      await eventually(() => expect(group.count('zombie', 'joined')).toBe(2));
      await group.stop();
      await behind.disconnect();
      await proxy.close();
    });

    it('gives nothing more to a member that is stopped in the middle of a rebalance', async () => {
      const group = testGroup(await kafka.topic({ partitions: 2 }));
      const proxy = await kafkaProxy(kafkaBrokers);
      const behind = await connect(proxy.address);
      const a = group.join('a', behind);
      await eventually(() => expect(a.owned.size).toBe(2));
      const joining = holdBack(proxy, kafkaApi.joinGroup, 'pass');
      const b = group.join('b');
      await joining.reached;
      const stopping = a.stop();
      joining.release();
      await stopping;
      await eventually(() => expect(b.owned.size).toBe(2));
      expect(group.story.filter(({ member }) => member === 'a').map(({ what }) => what)).toEqual([
        'assigned',
        'assigned',
        'joined',
        'lost',
        'lost',
      ]);
      await group.stop();
      await behind.disconnect();
      await proxy.close();
    });

    it('hands over neither aborted records nor markers, and commits behind them', async () => {
      const topic = await kafka.topic();
      const group = testGroup(topic);
      const member = group.join('a', kafka, true);
      await eventually(() => expect(member.owned.size).toBe(1));
      const record = (value: string | Buffer) => ({ topic, key: null, value: Buffer.from(value) });
      const id = uniqueName('tx');
      const producer = await kafka.transactionalProducer(id);
      await producer.publish([record('v')]);
      // One request each: the first record is in the log when the second is refused.
      const aborted = producer.publish([record('aborted'), record(randomBytes(2_000_000))]);
      await expect(aborted).rejects.toThrow(RecordsRefused);
      await producer.close();
      const next = await kafka.transactionalProducer(id);
      await next.publish([record('w')]);
      await next.close();
      // A record and a marker, three times.
      await eventually(async () => expect(await group.committed()).toBe(6n));
      expect(group.read.map(({ value }) => value)).toEqual(['v', 'w']);
      const last = await kafka.transactionalProducer(id);
      await expect(last.publish([record('aborted'), record(randomBytes(2_000_000))])).rejects.toThrow(RecordsRefused);
      await last.close();
      await eventually(async () => expect(await group.committed()).toBe(8n));
      expect(group.read).toHaveLength(2);
      await group.stop();
    });

    it('hands over nothing of a paused partition until it is resumed', async () => {
      const topic = await kafka.topic();
      await send(topic, names('v', 10));
      const group = testGroup(topic);
      const a = group.join('a');
      await eventually(() => expect(group.read).toHaveLength(10));
      a.owned.get(0)?.pause();
      // The fetch that is on its way ends within a second.
      await delay(1_500);
      await send(topic, ['later']);
      await delay(1_500);
      expect(group.read).toHaveLength(10);
      a.owned.get(0)?.resume();
      await eventually(() => expect(group.read).toHaveLength(11));
      await group.stop();
    });

    it('stops a partition at a damaged batch, and continues there when it is whole again', async () => {
      const topic = await kafka.topic();
      for (const value of ['v', 'poison', 'w']) await send(topic, [value]);
      const proxy = await kafkaProxy(kafkaBrokers);
      proxy.onAnswer = (answer) => {
        for (let at = answer.indexOf('poison'); at >= 0; at = answer.indexOf('poison', at + 1)) answer[at] = 0;
      };
      const behind = await connect(proxy.address);
      const group = testGroup(topic);
      const a = group.join('a', behind);
      const reason = 'its checksum is wrong: bytes of it were changed after it was sent';
      await eventually(() => expect(group.unreadable).toEqual([{ offset: 1n, reason }]));
      expect(group.read.map(({ value }) => value)).toEqual(['v']);
      proxy.onAnswer = () => {};
      a.owned.get(0)?.start(1n);
      await eventually(() => expect(group.read.map(({ value }) => value)).toEqual(['v', 'poison', 'w']));
      await group.stop();
      await behind.disconnect();
      await proxy.close();
    });

    it('reports an offset that the log does not have, and waits there', async () => {
      const topic = await kafka.topic();
      await send(topic, names('v', 3));
      const group = testGroup(topic);
      const a = group.join('a', kafka, true);
      await eventually(() => expect(group.read).toHaveLength(3));
      a.owned.get(0)?.start(1_000n);
      await eventually(() => expect(group.outOfRange).toEqual([1_000n]));
      expect(group.read).toHaveLength(3);
      a.owned.get(0)?.start(2n);
      await eventually(() => expect(group.read).toHaveLength(4));
      await group.stop();
    });
  });

  it.each(['the older version leads', 'the newer version leads'])(
    'members with different topics: all partitions of all topics have an owner, where %s',
    async (leader) => {
      const [both, added] = [await kafka.topic({ partitions: 4 }), await kafka.topic({ partitions: 4 })];
      const groupId = uniqueName('rolling');
      const join = (topics: readonly string[]) => {
        const owned = new Set<string>();
        const consumer = kafka.join({
          ...{
            groupId,
            topics,
            fetchBytes: 1_000_000,
            fetchMaxBytes: 10_000_000,
            lingerMs: 100,
            publishes: [],
            sessionTimeoutMs: 6_000,
          },
          handlers: {
            ...noHandlers,
            assigned({ topic, partition, lost }) {
              owned.add(`${topic}/${partition}`);
              lost.addEventListener('abort', () => owned.delete(`${topic}/${partition}`));
            },
          },
        });
        return { owned, stop: () => consumer.stop() };
      };
      const all = [both, added].flatMap((topic) => [0, 1, 2, 3].map((partition) => `${topic}/${partition}`)).toSorted();
      const topicsOf = { older: [both], newer: [both, added] };
      // The first member leads.
      const first = leader.includes('older') ? 'older' : 'newer';
      const second = first === 'older' ? 'newer' : 'older';
      const one = join(topicsOf[first]);
      await eventually(() => expect(one.owned.size).toBeGreaterThan(0));
      const two = join(topicsOf[second]);
      await eventually(() => {
        expect([...one.owned, ...two.owned].toSorted()).toEqual(all);
        expect([one.owned.size, two.owned.size]).toEqual([4, 4]);
      });
      await one.stop();
      await two.stop();
    },
  );
}
