import type { GroupOffset } from '../group/group-offset.ts';

/** kafkajs's form of offsets. */
export const offsetsByTopic = (
  offsets: readonly GroupOffset[],
): { topic: string; partitions: { partition: number; offset: string }[] }[] =>
  [...Map.groupBy(offsets, ({ topic }) => topic)].map(([topic, partitions]) => ({
    topic,
    partitions: partitions.map(({ partition, nextOffset }) => ({ partition, offset: String(nextOffset) })),
  }));
