import kafkajs, { type Admin, type Message, type PartitionMetadata } from 'kafkajs';
import { murmur2 } from './murmur2.ts';
import { asMessage, type OutgoingRecord } from '../records/outgoing-record.ts';
import { persistently } from '../retries/persistently.ts';

/** A record with its partition chosen, in kafkajs's form. */
export interface PlacedRecord {
  record: OutgoingRecord;
  message: Message & { partition: number };
}

/** Partitions and leaders are looked up again after this time, as kafkajs does by default. */
const metadataMaxAgeMs = 300_000;

/**
 * Chooses each record's partition, as kafkajs does, but once: kafkajs chooses anew in each of its retries, where records without a
 * key, and all records of a topic that has grown, move to other partitions, so that the broker cannot know them again.
 *
 * Gives back the records by leader, and within that by partition, in order.
 */
export function recordPlacement(
  admin: Admin,
  signal: AbortSignal,
): (topic: string, records: readonly OutgoingRecord[]) => Promise<PlacedRecord[][][]> {
  const choose = kafkajs.Partitioners.DefaultPartitioner();
  const known = new Map<string, { partitionMetadata: PartitionMetadata[]; untilMs: number }>();

  const partitionsOf = async (topic: string): Promise<PartitionMetadata[]> => {
    const found = known.get(topic);
    if (found !== undefined && performance.now() < found.untilMs) return found.partitionMetadata;
    const { topics } = await persistently(signal, () => admin.fetchTopicMetadata({ topics: [topic] }));
    const partitionMetadata = topics[0]?.partitions ?? [];
    known.set(topic, { partitionMetadata, untilMs: performance.now() + metadataMaxAgeMs });
    return partitionMetadata;
  };

  return async (topic, records) => {
    const partitionMetadata = await partitionsOf(topic);
    const leaders = new Map(partitionMetadata.map(({ partitionId, leader }) => [partitionId, leader]));
    const placed = records.map((record): PlacedRecord => {
      const message = asMessage(record);
      const { key } = record;
      const partition =
        key === null
          ? choose({ topic, partitionMetadata, message })
          : (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7fffffff) % partitionMetadata.length;
      return { record, message: { ...message, partition } };
    });
    const byPartition = Map.groupBy(placed, ({ message }) => message.partition);
    const byLeader = Map.groupBy(byPartition, ([partition]) => leaders.get(partition));
    return [...byLeader.values()].map((partitions) => partitions.map(([, group]) => group));
  };
}

/**
 * The messages of one request. kafkajs groups them by partition with a `reduce` that copies a group for each message in it, which is
 * quadratic; theirs gives back the groups at once.
 */
export function requestMessages(placed: readonly PlacedRecord[]): Message[] {
  const messages = placed.map(({ message }) => message);
  const byPartition = Object.fromEntries(Map.groupBy(messages, ({ partition }) => partition));
  return Object.defineProperty(messages, 'reduce', { value: () => byPartition });
}
