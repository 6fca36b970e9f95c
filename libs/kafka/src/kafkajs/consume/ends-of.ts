import type { Cluster } from '../cluster.ts';

export type TopicPartitions = readonly { topic: string; partitions: number[] }[];

export async function partitionsOf(cluster: Cluster, topics: readonly string[]): Promise<TopicPartitions> {
  await cluster.addMultipleTargetTopics(topics);
  return topics.map((topic) => ({
    topic,
    partitions: cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
  }));
}

interface TopicPartition {
  topic: string;
  partition: number;
}

interface End extends TopicPartition {
  end: bigint;
}

/** The ends of all partitions, as the cluster's isolation level sees them. */
export async function endsOf(cluster: Cluster, topics: readonly string[]): Promise<End[]> {
  const asked = (await partitionsOf(cluster, topics)).map(({ topic, partitions }) => ({
    topic,
    fromBeginning: false,
    partitions: partitions.map((partition) => ({ partition })),
  }));
  const found = await cluster.fetchTopicsOffset(asked);
  return found.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, offset }) => ({ topic, partition, end: BigInt(offset) })),
  );
}

export const isOfPartition =
  (one: TopicPartition) =>
  (other: TopicPartition): boolean =>
    other.partition === one.partition && other.topic === one.topic;
