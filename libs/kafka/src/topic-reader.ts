import { randomUUID } from 'node:crypto';
import type { Admin, Kafka } from 'kafkajs';
import type { KafkaRecord } from './kafka-record.ts';

/** The first offset of a partition, and the offset that the next record will get. */
export interface PartitionEnds {
  partition: number;
  first: bigint;
  end: bigint;
}

/** Reads a topic once, from its first record to where it ended when the reading began. */
export interface TopicReader {
  /** `undefined` when there is no such topic. */
  ends(topic: string): Promise<PartitionEnds[] | undefined>;
  /** Calls `onRecord` for each record, in offset order within a partition. Committed records only. */
  read(topic: string, onRecord: (record: KafkaRecord, partition: number) => void, signal: AbortSignal): Promise<void>;
}

export function topicReader(kafka: Kafka, admin: Admin): TopicReader {
  const ends: TopicReader['ends'] = async (topic) => {
    if (!(await admin.listTopics()).includes(topic)) return undefined;
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets
      .map(({ partition, low, high }) => ({ partition, first: BigInt(low), end: BigInt(high) }))
      .sort((a, b) => a.partition - b.partition);
  };
  return {
    ends,
    async read(topic, onRecord, signal) {
      const open = new Map(
        (await ends(topic))?.filter(({ first, end }) => end > first).map(({ partition, end }) => [partition, end]),
      );
      if (open.size === 0) return;
      signal.throwIfAborted();
      const groupId = `sluice-reader-${randomUUID()}`;
      const consumer = kafka.consumer({ groupId, maxBytesPerPartition: 4 * 1024 * 1024, maxWaitTimeInMs: 200 });
      const finished = Promise.withResolvers<void>();
      // It may fail before anybody awaits it, while the consumer is still being connected.
      finished.promise.catch(() => {});
      const abort = () => finished.reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      const passed = (partition: number, lastOffset: bigint) => {
        const end = open.get(partition);
        if (end !== undefined && lastOffset + 1n >= end) open.delete(partition);
        if (open.size === 0) finished.resolve();
      };
      // Control records at a partition's end reach no handler, only this event.
      consumer.on('consumer.end_batch_process', ({ payload }) => passed(payload.partition, BigInt(payload.lastOffset)));
      consumer.on('consumer.crash', ({ payload }) => finished.reject(payload.error));
      try {
        await consumer.connect();
        await consumer.subscribe({ topics: [topic], fromBeginning: true });
        await consumer.run({
          autoCommit: false,
          eachBatch: async ({ batch }) => {
            const end = open.get(batch.partition);
            if (end === undefined) return;
            for (const { offset, timestamp, key, value, headers } of batch.messages) {
              const number = BigInt(offset);
              if (number < end)
                onRecord(
                  { offset: number, timestampMs: Number(timestamp), key, value, headers: headers ?? {} },
                  batch.partition,
                );
            }
          },
        });
        await finished.promise;
      } finally {
        signal.removeEventListener('abort', abort);
        await consumer.disconnect().catch(() => {});
        await admin.deleteGroups([groupId]).catch(() => {});
      }
    },
  };
}
