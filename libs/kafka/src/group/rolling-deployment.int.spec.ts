import { expect, it } from 'vitest';
import { noHandlers } from '../testing/no-handlers.ts';
import { eventually, testKafka, uniqueName } from '../testing/test-kafka.ts';

it.each(['the older version leads', 'the newer version leads'])(
  'members with different topics: all partitions of all topics have an owner, where %s',
  async (leader) => {
    const kafka = await testKafka(process.env['KAFKA_BROKERS'] ?? '');
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
    // Who comes first leads.
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
    await kafka.disconnect();
  },
);
