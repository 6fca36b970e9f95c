import type { KafkaRecord } from '../records/kafka-record.ts';
import type { UnreadableBatchAt } from './record-set.ts';

/** What one look at a partition found from an offset on. */
export type FetchedPartition = { readonly partition: number } & (
  | {
      readonly kind: 'records';
      /** Committed ones. May be empty: control records and aborted records are left out. */
      readonly records: readonly KafkaRecord[];
      /** Where to continue. It is the offset that was asked for where there is nothing yet. */
      readonly nextOffset: bigint;
    }
  | { readonly kind: 'unreadable'; readonly batch: UnreadableBatchAt }
  /** The log starts after the offset, or ends before it. */
  | { readonly kind: 'out of range'; readonly offset: bigint }
);

/** What a follower of a topic sees. */
export type Followed =
  /** At least one record, in offset order within a partition. */
  | { readonly kind: 'records'; readonly partition: number; readonly records: readonly KafkaRecord[] }
  /** Offsets that cannot be read any more, or not at all. The follower continues at `to`; if that is undefined, it leaves the partition. */
  | {
      readonly kind: 'skipped';
      readonly partition: number;
      readonly from: bigint;
      readonly to: bigint | undefined;
      readonly reason: string;
    }
  /** Kafka does not answer. The follower tries again by itself; comes again when the reason changes. */
  | { readonly kind: 'interrupted'; readonly reason: string }
  | { readonly kind: 'resumed'; readonly afterMs: number }
  /** How far it is, after each look: the offset of the next record, by partition. */
  | { readonly kind: 'position'; readonly next: ReadonlyMap<number, bigint> };

/** Reads topics live, outside all consumer groups: it leaves no trace in Kafka. Committed records only. */
export interface TopicFollower {
  /**
   * What some partitions have from these offsets on, up to about `bytes` each. Does not wait for new records.
   *
   * @returns one for each partition that exists
   */
  peek(topic: string, offsets: ReadonlyMap<number, bigint>, bytes?: number): Promise<FetchedPartition[]>;
  /**
   * Follows a topic until the signal is aborted, through outages and restarts of brokers. It fetches only while the caller asks for
   * more. A partition that is added later is followed from its first record, if `newPartitions` is set.
   *
   * @param from the partitions to follow, and where each begins
   * @throws an error that no repetition cures, such as a missing right; ends without one when the signal is aborted
   */
  follow(
    topic: string,
    from: ReadonlyMap<number, bigint>,
    options: { signal: AbortSignal; newPartitions?: boolean },
  ): AsyncGenerator<Followed, void, void>;
}
