import type { Kafka } from 'kafkajs';
import type { Place } from '../../group/group-offset.ts';
import type { ReadableEnd } from '../../kafka-client.ts';
import { explained } from '../explain-error.ts';
import { lazyCluster } from '../lazy-cluster.ts';

/** See `KafkaClient.readableEnds`. */
export interface ReadableEnds {
  of(places: readonly Place[]): Promise<readonly ReadableEnd[]>;
  close(): Promise<void>;
}

export function readableEnds(kafka: Kafka): ReadableEnds {
  const brokers = lazyCluster(kafka, 1);
  const ask = async (places: readonly Place[]): Promise<ReadableEnd[]> => {
    const cluster = await brokers.get();
    const byTopic = Map.groupBy(places, ({ topic }) => topic);
    await cluster.addMultipleTargetTopics([...byTopic.keys()]);
    await cluster.refreshMetadataIfNecessary();
    const found = await cluster.fetchTopicsOffset(
      [...byTopic].map(([topic, of]) => ({
        topic,
        fromBeginning: false,
        partitions: of.map(({ partition }) => ({ partition })),
      })),
    );
    return found.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => ({ topic, partition, end: BigInt(offset) })),
    );
  };
  return {
    async of(places) {
      if (places.length === 0) return [];
      try {
        return await explained(ask(places), { topics: [...new Set(places.map(({ topic }) => topic))] });
      } catch (error) {
        // The leaders may be others by now: the next time they are looked up again.
        await brokers.close();
        throw error;
      }
    },
    close: () => brokers.close(),
  };
}
