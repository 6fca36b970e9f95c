import type { Admin, Kafka } from 'kafkajs';
import type { PartitionEnds } from '../../fetch/topic-reader.ts';
import type { Place } from '../../group/group-offset.ts';
import type { ReadableEnd } from '../../kafka-client.ts';
import type { Cluster } from '../cluster.ts';
import { explained } from '../explain-error.ts';
import { lazyCluster } from '../lazy-cluster.ts';

/** Asks for offsets over a connection that stays, and with leaders that are known: for callers that ask again and again. */
export interface ReadableEnds {
  /** See `KafkaClient.readableEnds`. */
  of(places: readonly Place[]): Promise<readonly ReadableEnd[]>;
  /** See `KafkaClient.endsOfTopics`. */
  ofTopics(topics: readonly string[]): Promise<Map<string, PartitionEnds[]>>;
  close(): Promise<void>;
}

export function readableEnds(kafka: Kafka, admin: Admin): ReadableEnds {
  const brokers = lazyCluster(kafka, 1);
  /** After an error the leaders may be others: the next time they are looked up again. */
  const orClose = async <T>(asking: Promise<T>, topics: readonly string[]): Promise<T> => {
    try {
      return await explained(asking, { topics });
    } catch (error) {
      await brokers.close();
      throw error;
    }
  };
  return {
    async of(places) {
      if (places.length === 0) return [];
      return orClose(
        brokers.get().then((cluster) => endsIn(cluster, places)),
        [...new Set(places.map(({ topic }) => topic))],
      );
    },
    async ofTopics(topics) {
      const described = await explained(admin.fetchTopicMetadata());
      const existing = described.topics.filter(({ name }) => topics.includes(name));
      const places = existing.flatMap(({ name: topic, partitions }) =>
        partitions.map(({ partitionId: partition }) => ({ topic, partition })),
      );
      if (places.length === 0) return new Map();
      return orClose(
        brokers.get().then((cluster) => bothEnds(cluster, places)),
        topics,
      );
    },
    close: () => brokers.close(),
  };
}

async function bothEnds(cluster: Cluster, places: readonly Place[]): Promise<Map<string, PartitionEnds[]>> {
  const byTopic = await knownByTopic(cluster, places);
  const ends = await offsetsOf(cluster, byTopic, 'last');
  const firsts = new Map(
    (await offsetsOf(cluster, byTopic, 'first')).map(({ topic, partition, end }) => [`${topic}/${partition}`, end]),
  );
  const found = new Map<string, PartitionEnds[]>();
  for (const { topic, partition, end } of ends.toSorted((a, b) => a.partition - b.partition)) {
    const first = firsts.get(`${topic}/${partition}`) ?? end;
    found.set(topic, [...(found.get(topic) ?? []), { partition, first, end }]);
  }
  return found;
}

const endsIn = async (cluster: Cluster, places: readonly Place[]): Promise<ReadableEnd[]> =>
  offsetsOf(cluster, await knownByTopic(cluster, places), 'last');

type ByTopic = ReadonlyMap<string, readonly Place[]>;

/** Looks up the leaders of partitions, where they are not known: kafkajs leaves out a partition that it does not know. */
async function knownByTopic(cluster: Cluster, places: readonly Place[]): Promise<ByTopic> {
  const byTopic = Map.groupBy(places, ({ topic }) => topic);
  await cluster.addMultipleTargetTopics([...byTopic.keys()]);
  await cluster.refreshMetadataIfNecessary();
  const isKnown = ([topic, of]: [string, readonly Place[]]) => {
    const known = new Set(cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId));
    return of.every(({ partition }) => known.has(partition));
  };
  if (![...byTopic].every(isKnown)) await cluster.refreshMetadata();
  return byTopic;
}

async function offsetsOf(cluster: Cluster, byTopic: ByTopic, which: 'first' | 'last'): Promise<ReadableEnd[]> {
  const found = await cluster.fetchTopicsOffset(
    [...byTopic].map(([topic, of]) => ({
      topic,
      fromBeginning: which === 'first',
      partitions: of.map(({ partition }) => ({ partition })),
    })),
  );
  return found.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, offset }) => ({ topic, partition, end: BigInt(offset) })),
  );
}
