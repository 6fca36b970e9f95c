import kafkajs, { type Admin } from 'kafkajs';
import type { TopicDescription, TopicSetting } from '../../admin/kafka-admin.ts';
import { brief, retryWhileRetriable } from '../../retries/retry-while-retriable.ts';
import { partitionsOf } from '../consume/ends-of.ts';
import type { LazyCluster } from '../lazy-cluster.ts';

/** See `KafkaAdmin.describeTopics`. */
export async function describeTopics(admin: Admin, wanted?: readonly string[]): Promise<TopicDescription[]> {
  const existing = await admin.listTopics();
  const topics = wanted === undefined ? existing : wanted.filter((topic) => existing.includes(topic));
  if (topics.length === 0) return [];
  const described = await retryWhileRetriable(brief, () => admin.fetchTopicMetadata({ topics: [...topics] }));
  return described.topics
    .map(({ name, partitions }) => ({
      topic: name,
      partitions: partitions
        .map(({ partitionId, leader, replicas, isr }) => ({ partition: partitionId, leader, replicas, inSync: isr }))
        .sort((a, b) => a.partition - b.partition),
    }))
    .sort((a, b) => (a.topic < b.topic ? -1 : 1));
}

/** See `KafkaAdmin.topicSettings`. */
export async function topicSettings(admin: Admin, topic: string): Promise<TopicSetting[]> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
  });
  return (resources[0]?.configEntries ?? [])
    .map(({ configName: name, configValue, configSource }) => ({
      name,
      value: configValue ?? undefined,
      isOwn: configSource === kafkajs.ConfigSource.TOPIC_CONFIG,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** See `KafkaAdmin.offsetsAt`. */
export async function offsetsAt(clusters: LazyCluster, topic: string, timeMs: number): Promise<Map<number, bigint>> {
  const cluster = await clusters.get();
  return retryWhileRetriable({ ...brief, beforeRetry: () => cluster.refreshMetadata() }, async () => {
    const [all] = await partitionsOf(cluster, [topic]);
    const partitions = (all?.partitions ?? []).map((partition) => ({ partition }));
    const [ends] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: false }]);
    const [found] = await cluster.fetchTopicsOffset([{ topic, partitions, fromTimestamp: timeMs }]);
    const endOf = new Map(ends?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
    return new Map(
      (found?.partitions ?? [])
        .map(({ partition, offset }): [number, bigint] => [
          partition,
          BigInt(offset) < 0n ? (endOf.get(partition) ?? 0n) : BigInt(offset),
        ])
        .sort(([a], [b]) => a - b),
    );
  });
}
