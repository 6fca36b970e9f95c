/** The offset of the next record to read, of one partition of a group. */
export interface GroupOffset {
  topic: string;
  partition: number;
  nextOffset: bigint;
}

/** kafkajs's form of offsets. */
export const offsetsByTopic = (
  offsets: readonly GroupOffset[],
): { topic: string; partitions: { partition: number; offset: string }[] }[] =>
  [...Map.groupBy(offsets, ({ topic }) => topic)].map(([topic, partitions]) => ({
    topic,
    partitions: partitions.map(({ partition, nextOffset }) => ({ partition, offset: String(nextOffset) })),
  }));
