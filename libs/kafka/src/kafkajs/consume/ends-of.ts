import type { Cluster } from '../cluster.ts';

export type TopicPartitions = readonly { topic: string; partitions: number[] }[];

export async function partitionsOf(cluster: Cluster, topics: readonly string[]): Promise<TopicPartitions> {
  await cluster.addMultipleTargetTopics(topics);
  return topics.map((topic) => ({
    topic,
    partitions: cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
  }));
}

/** As the keys of `endsOf` name it. */
export const partitionName = (topic: string, partition: number): string => `${topic}/${partition}`;

/** The ends of all partitions, as the cluster's isolation level sees them. */
export async function endsOf(cluster: Cluster, topics: readonly string[]): Promise<Map<string, bigint>> {
  const asked = (await partitionsOf(cluster, topics)).map(({ topic, partitions }) => ({
    topic,
    fromBeginning: false,
    partitions: partitions.map((partition) => ({ partition })),
  }));
  const found = await cluster.fetchTopicsOffset(asked);
  return new Map(
    found.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }): [string, bigint] => [partitionName(topic, partition), BigInt(offset)]),
    ),
  );
}
