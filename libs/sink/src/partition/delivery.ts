import type { KafkaRecord } from '@sluice/kafka';
import type { EventContract } from '@sluice/contracts';
import type { Logger } from '@sluice/telemetry';
import type { OutputRecord } from '../contract/sink.ts';
import type { RejectedRecord } from '../records/rejected-record.ts';
import type { ResolvedRecords } from '../records/resolve-schemas.ts';
import type { SinkMetrics } from '../sink-metrics.ts';
import type { PartitionHealth } from './partition-health.ts';
import type { PartitionQueue } from './partition-queue.ts';

/**
 * One of the two ways in which records get to a destination: in batches (`writeBatches`) or in units (`collectUnits`).
 *
 * Delivers what is read of one partition, with one call of the sink at a time (G7), and returns when `stop` is aborted. Throws if the
 * partition is lost, and for a sink that breaks its contract.
 */
export type Delivery = (partition: DeliveredPartition) => Promise<void>;

/** One partition that this process owns, as a delivery sees it. */
export interface DeliveredPartition {
  readonly contract: EventContract;
  readonly partition: number;
  readonly queue: PartitionQueue;
  readonly logger: Logger;
  readonly metrics: SinkMetrics;
  readonly health: PartitionHealth;
  /** Aborted when nothing more may be taken from the queue: the partition is lost, or the process stops. */
  readonly stop: AbortSignal;
  /** Aborted when the call under way is to be abandoned. */
  readonly abort: AbortSignal;
  readonly resolveSchemas: (records: readonly KafkaRecord[], firstSeen: Date) => Promise<ResolvedRecords>;
  /** Called for each record that the destination has without some values: see `Verdict`. */
  readonly onRescued: (fields: readonly string[]) => void;
  commit(request: CommitRequest): Promise<void>;
  /** Reads again from an offset on. What is still in the queue is dropped. */
  rewind(offset: bigint): void;
}

/** What became of all records before `nextOffset` that were not committed yet. */
export interface CommitRequest {
  nextOffset: bigint;
  /** How many records the destination has. */
  delivered: number;
  /** The time of the newest of them, where it is known. */
  newestMs?: number | undefined;
  rejected: readonly RejectedRecord[];
  outputs: readonly OutputRecord[];
}
