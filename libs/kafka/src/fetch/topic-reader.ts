import { randomUUID } from 'node:crypto';
import type { Admin, Kafka } from 'kafkajs';
import { fetchedBatch, type UnreadableBatchAt } from './fetched-batch.ts';
import type { KafkaRecord } from '../records/kafka-record.ts';
import { explained, explainError } from '../kafkajs/explain-error.ts';
import { persistently } from '../retries/persistently.ts';

/** The first offset of a partition, and the offset that the next record will get. */
export interface PartitionEnds {
  partition: number;
  first: bigint;
  end: bigint;
}

/** Offsets of one partition: `from` is the first that is read, `to` the first that is not. */
export interface PartitionRange {
  partition: number;
  from: bigint;
  to: bigint;
}

/** Reads records of a topic once, beside all consumer groups. */
export interface TopicReader {
  /** `undefined` when there is no such topic. */
  ends(topic: string): Promise<PartitionEnds[] | undefined>;
  /**
   * Reads a topic from its first record to where it ended when the reading began.
   *
   * Calls `onRecord` for each record, in offset order within a partition. Committed records only.
   */
  read(topic: string, onRecord: (record: KafkaRecord, partition: number) => void, signal: AbortSignal): Promise<void>;
  /**
   * Reads ranges that exist. Calls `onRecords` with records that follow on one another, never none of them, and waits for its promise
   * before it goes on, so that memory holds little more than a fetch of 1 MiB, compressed. Committed records only. `'enough'` ends the reading.
   *
   * @throws UnreadablePartition where a batch cannot be read, what `onRecords` throws, and the signal's reason when it is aborted
   */
  readRanges(
    topic: string,
    ranges: readonly PartitionRange[],
    onRecords: (records: KafkaRecord[], partition: number) => Promise<'enough' | void> | 'enough' | void,
    signal: AbortSignal,
  ): Promise<void>;
}

/** A batch in the way of a reader. */
export class UnreadablePartition extends Error {
  override readonly name = 'UnreadablePartition';
  readonly partition: number;
  readonly batch: UnreadableBatchAt;
  constructor(topic: string, partition: number, batch: UnreadableBatchAt) {
    super(`the batch at offset ${batch.offset} of ${topic}-${partition} cannot be read: ${batch.reason}`);
    this.partition = partition;
    this.batch = batch;
  }
}

/** What the names of its groups begin with: kafkajs reads in groups only. */
const readerGroups = 'sluice-reader-';

/** Between two heartbeats. */
const recordsAtOnce = 5_000;

export function topicReader(kafka: Kafka, admin: Admin): TopicReader {
  const ends: TopicReader['ends'] = async (topic) => {
    if (!(await explained(admin.listTopics())).includes(topic)) return undefined;
    // A topic that was just created has no leaders for a moment.
    const offsets = await explained(
      persistently(AbortSignal.timeout(30_000), () => admin.fetchTopicOffsets(topic)),
      { topics: [topic] },
    );
    return offsets
      .map(({ partition, low, high }) => ({ partition, first: BigInt(low), end: BigInt(high) }))
      .sort((a, b) => a.partition - b.partition);
  };

  const readRanges: TopicReader['readRanges'] = async (topic, ranges, onRecords, signal) => {
    const open = new Map(
      ranges.filter(({ from, to }) => to > from).map(({ partition, from, to }) => [partition, { next: from, to }]),
    );
    if (open.size === 0) return;
    signal.throwIfAborted();
    const groupId = `${readerGroups}${randomUUID()}`;
    const asked = { group: `${readerGroups}*`, topics: [topic] };
    const consumer = kafka.consumer({
      groupId,
      // `onRecords` may take its time, and heartbeats come between its calls.
      sessionTimeout: 120_000,
      rebalanceTimeout: 120_000,
      maxBytesPerPartition: 256 * 1024,
      // Before decompression, which may make twenty times as much of it.
      maxBytes: 1024 * 1024,
      maxWaitTimeInMs: 200,
    });
    const finished = Promise.withResolvers<void>();
    // It may fail before anybody awaits it, while the consumer is still being connected.
    finished.promise.catch(() => {});
    let ended = false;
    const end = (settle: () => void) => {
      ended = true;
      settle();
    };
    const abort = () => end(() => finished.reject(signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    const at = (partition: number) => [{ topic, partitions: [partition] }];
    const passed = (partition: number, nextOffset: bigint) => {
      const range = open.get(partition);
      if (range === undefined || ended) return;
      if (nextOffset > range.next) range.next = nextOffset;
      if (range.next < range.to) return;
      open.delete(partition);
      consumer.pause(at(partition));
      if (open.size === 0) end(finished.resolve);
    };
    // Also after a rejoin, which otherwise would begin anew.
    consumer.on('consumer.group_join', ({ payload }) => {
      if (ended) return;
      for (const partition of payload.memberAssignment[topic] ?? []) {
        const range = open.get(partition);
        if (range === undefined) consumer.pause(at(partition));
        else consumer.seek({ topic, partition, offset: String(range.next) });
      }
    });
    consumer.on('consumer.crash', ({ payload }) => end(() => finished.reject(explainError(payload.error, asked))));
    try {
      await explained(consumer.connect(), asked);
      await explained(consumer.subscribe({ topics: [topic], fromBeginning: true }), asked);
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: async ({ batch, heartbeat, resolveOffset }) => {
          const range = open.get(batch.partition);
          if (range === undefined || ended) return;
          const fetched = fetchedBatch(batch);
          if (fetched.unreadable !== undefined) {
            const { unreadable } = fetched;
            return end(() => finished.reject(new UnreadablePartition(topic, batch.partition, unreadable)));
          }
          if (fetched.isOutOfRange === true) {
            const where = `the records of ${topic}-${batch.partition} from offset ${fetched.nextOffset}`;
            return end(() => finished.reject(new Error(`${where} are no longer there`)));
          }
          for (let at = 0; at < fetched.records.length; at += recordsAtOnce) {
            const records = fetched.records
              .slice(at, at + recordsAtOnce)
              .filter(({ offset }) => offset >= range.next && offset < range.to);
            const last = records.at(-1);
            if (ended) return;
            if (last === undefined) continue;
            try {
              if ((await onRecords(records, batch.partition)) === 'enough') return end(finished.resolve);
            } catch (error) {
              return end(() => finished.reject(error));
            }
            range.next = last.offset + 1n;
            await heartbeat();
          }
          resolveOffset(String(fetched.nextOffset - 1n));
          // Control records at a partition's end are passed, too.
          passed(batch.partition, fetched.nextOffset);
        },
      });
      await finished.promise;
    } finally {
      signal.removeEventListener('abort', abort);
      await consumer.disconnect().catch(() => {});
      await admin.deleteGroups([groupId]).catch(() => {});
    }
  };

  return {
    ends,
    readRanges,
    async read(topic, onRecord, signal) {
      const ranges = (await ends(topic)) ?? [];
      await readRanges(
        topic,
        ranges.map(({ partition, first, end }) => ({ partition, from: first, to: end })),
        (records, partition) => {
          for (const record of records) onRecord(record, partition);
        },
        signal,
      );
    },
  };
}
