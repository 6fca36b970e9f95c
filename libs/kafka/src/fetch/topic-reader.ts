import type { KafkaRecord } from '../records/kafka-record.ts';
import type { UnreadableBatchAt } from './record-set.ts';

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

/** Reads records of a topic once, outside all consumer groups: committed records, unless it says otherwise. */
export interface TopicReader {
  /** Undefined when there is no such topic. */
  ends(topic: string): Promise<PartitionEnds[] | undefined>;
  /**
   * Reads a topic from its first record to where it ended when the reading started. Calls `onRecord` for each record, in offset order
   * within a partition.
   */
  read(topic: string, onRecord: OnRecord, signal: AbortSignal): Promise<void>;
  /** Like `read`, with all that was written: records whose transaction is open or was aborted, too. */
  readUncommitted(topic: string, onRecord: OnRecord, signal: AbortSignal): Promise<void>;
  /**
   * Reads ranges that exist. Calls `onRecords` with consecutive records, at least one, and waits for its promise before it continues, so
   * that memory holds little more than a fetch of 1 MiB, compressed. `'enough'` ends the reading.
   *
   * @throws UnreadablePartition where a batch cannot be read, what `onRecords` throws, and the signal's reason when it is aborted
   */
  readRanges(
    topic: string,
    ranges: readonly PartitionRange[],
    onRecords: OnRecords,
    signal: AbortSignal,
  ): Promise<void>;
}

export type OnRecord = (record: KafkaRecord, partition: number) => void;
export type OnRecords = (records: KafkaRecord[], partition: number) => Promise<'enough' | void> | 'enough' | void;

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
