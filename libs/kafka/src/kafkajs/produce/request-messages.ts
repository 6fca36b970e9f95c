import type { Message } from 'kafkajs';
import type { PartitionRecords } from '../../produce/record-placement.ts';
import type { OutgoingRecord } from '../../records/outgoing-record.ts';

/**
 * The messages of one request. kafkajs groups them by partition with a `reduce` that copies a group for each message in it, which is
 * quadratic. The `reduce` of this array gives kafkajs the groups at once.
 */
export function requestMessages(partitions: readonly PartitionRecords[]): Message[] {
  const groups = partitions.map(({ partition, records }) => ({
    partition,
    messages: records.map((record) => asMessage(record, partition)),
  }));
  const byPartition = Object.fromEntries(groups.map(({ partition, messages }) => [partition, messages]));
  return Object.defineProperty(
    groups.flatMap(({ messages }) => messages),
    'reduce',
    { value: () => byPartition },
  );
}

/** kafkajs's types want mutable arrays. */
function asMessage({ key, value, headers, timestampMs }: OutgoingRecord, partition: number): Message {
  return {
    key,
    value,
    partition,
    ...(headers && { headers: headers as NonNullable<Message['headers']> }),
    ...(timestampMs !== undefined && { timestamp: String(timestampMs) }),
  };
}
