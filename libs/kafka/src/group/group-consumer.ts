import type { Health, Logger } from '@sluice/telemetry';
import type { UnreadableBatchAt } from '../fetch/record-set.ts';
import type { KafkaRecord } from '../records/kafka-record.ts';
import type { CommitRequest } from './commit-request.ts';
import type { Place } from './group-offset.ts';

/** One partition for as long as this process owns it. A rebalance ends it, even where the same process gets the partition again. */
export interface AssignedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Aborted, before the group moves on, when the partition no longer belongs to this process. */
  readonly lost: AbortSignal;
  /**
   * Starts to fetch at an offset. Until then nothing is handed over, so the owner can first make sure of what its predecessor left.
   * May be called again, to continue elsewhere: nothing that was fetched before is handed over any more.
   */
  start(offset: bigint): void;
  /** Stops fetching and resumes it. What is already on its way is still handed over. */
  pause(): void;
  resume(): void;
  /** Where to continue. See `GroupOffsets`. */
  committed(): Promise<bigint>;
  /**
   * Commits the offset of the next record to read, and publishes records exactly if it is committed. See `GroupOffsets`.
   *
   * @throws PartitionLost when the partition no longer belongs to this process; after anything else `committed` shows the outcome
   */
  commit(request: Omit<CommitRequest, keyof Place>): Promise<void>;
}

/** Called synchronously by the consumer; must not throw. */
export interface GroupHandlers {
  /** From now on the partition belongs to this process. */
  assigned(partition: AssignedPartition): void;
  /**
   * Records that follow on the ones before; none where only control records and aborted ones came, which are not handed over.
   * `nextOffset` is what to commit once all of them are done: it skips those. `endOffset` is where the partition's records that can be
   * read end at that moment. The next fetch waits for the promise, and heartbeats with it: a moment at most.
   */
  fetched(
    partition: AssignedPartition,
    records: readonly KafkaRecord[],
    nextOffset: bigint,
    endOffset: bigint,
  ): Promise<void> | undefined;
  /**
   * The batch at the partition's position cannot be read; everything before it has been handed over. The partition is paused, and its owner
   * calls `start` to try again or to continue elsewhere. Other partitions are not concerned.
   */
  unreadable(partition: AssignedPartition, batch: UnreadableBatchAt): void;
  /**
   * The partition's log starts after the partition's position, or ends before it. The partition is paused, and its owner calls `start` to
   * continue. Other partitions are not concerned.
   */
  outOfRange(partition: AssignedPartition, offset: bigint): void;
  /** The group has been joined, or joined again; this process may have been given nothing. */
  joined(partitions: number): void;
  /** The group is gone for now, with all partitions; it is joined again without a call. */
  interrupted(reason: string): void;
}

export interface GroupOptions {
  groupId: string;
  topics: readonly string[];
  /** All topics that are published to with offsets. */
  publishes: readonly string[];
  handlers: GroupHandlers;
  logger: Logger;
  /** Shows when joining takes long. */
  health?: Pick<Health, 'waiting'> | undefined;
  /** The most bytes of one partition in one fetch, before they are unpacked. */
  fetchBytes: number;
  /** The most bytes of one fetch, before they are unpacked. A batch that is larger comes alone. */
  fetchMaxBytes: number;
  /** How long the broker gathers records for one fetch. */
  lingerMs: number;
  sessionTimeoutMs: number;
}

/** A member of a consumer group. It stays one: a consumer that crashes is replaced. */
export interface GroupConsumer {
  /** Leaves the group. All partitions are lost first. */
  stop(): Promise<void>;
}
