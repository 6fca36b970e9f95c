import {
  PartitionLost,
  type AssignedPartition,
  type KafkaRecord,
  type PartitionEnds,
  type UnreadableBatchAt,
} from '@sluice/kafka';
import type { EventContract } from '@sluice/contracts';
import type { Codec } from '@sluice/schema-registry';
import type { Health, Logger } from '@sluice/telemetry';
import { backpressure } from './backpressure.ts';
import { blockedPartition } from './blocked-partition.ts';
import { goOnInRange } from './out-of-range.ts';
import { PartitionQueue, type QueueLimits } from './partition-queue.ts';
import { partitionSettlement, type Settled } from './partition-settlement.ts';
import { readRecords, type ReadRecords } from '../records/read-records.ts';
import type { SharedBuffer } from '../records/shared-buffer.ts';
import type { TellProblem } from './shared-part.ts';
import type { SinkMetrics } from '../sink-metrics.ts';
import { substitutedValues } from '../records/substituted-values.ts';

/** What all partitions of a sink share. */
export interface WorkerEnvironment {
  /** The sink's project name, for dead letters. */
  app: string;
  groupId: string;
  /** How records get to the destination. */
  delivery: Delivery;
  /** See `Sink`. */
  unknownFields: string | undefined;
  codec: Codec;
  logger: Logger;
  metrics: SinkMetrics;
  limits: QueueLimits;
  /** The bytes that one partition may read ahead. Changes with the number of partitions. */
  shareBytes: () => number;
  /** What all partitions hold together. */
  buffer: SharedBuffer;
  /** Aborted at shutdown: no new write begins. */
  shutdown: AbortSignal;
  /** Aborted when the grace of a shutdown has passed: the write under way is abandoned. */
  abandon: AbortSignal;
  health: Health;
  onDestination: TellProblem;
  /** The group's committed offset of a partition. */
  committed: (partition: AssignedPartition) => Promise<bigint | undefined>;
  /** The ends of a partition's log. */
  ends: (partition: AssignedPartition) => Promise<PartitionEnds | undefined>;
}

/** Delivers what is read of one partition until `stop` is aborted; one call at a time for a partition (G7). Throws when it is lost, too. */
export type Delivery = (partition: PartitionInWork) => Promise<void>;

/** One partition that is this process's alone, as a delivery sees it. */
export interface PartitionInWork {
  readonly contract: EventContract;
  readonly partition: number;
  readonly queue: PartitionQueue;
  readonly logger: Logger;
  readonly metrics: SinkMetrics;
  /** Aborted when nothing more is to be taken: the partition is lost, or the process is to stop. */
  readonly stop: AbortSignal;
  /** Aborted when what is under way is to be abandoned. */
  readonly abort: AbortSignal;
  readonly onDestination: (problem: string | undefined) => void;
  /** Finds the records' schemas. */
  read(records: readonly KafkaRecord[], firstSeen: Date): Promise<ReadRecords>;
  settle(settled: Settled): Promise<void>;
  /** Reads again from an offset on; what was read already and is still in the queue is dropped. */
  rewind(offset: bigint): void;
}

/** Works on one partition, from the moment it is assigned until it is lost or the process stops. */
export interface PartitionWorker {
  readonly assigned: AssignedPartition;
  /** @returns what the next fetch must wait for, a moment at most */
  accept(records: readonly KafkaRecord[], nextOffset: bigint, endOffset: bigint): Promise<void> | undefined;
  /** What was read before is delivered; the partition waits at the batch. */
  block(batch: UnreadableBatchAt): void;
  /** The log does not have the offset where the partition is. */
  outOfRange(offset: bigint): void;
  /** Resolves when nothing is under way any more; rejects only for a defect. */
  readonly done: Promise<void>;
}

/**
 * ```
 * start at the committed offset ▶ deliver
 * ```
 */
export function partitionWorker(
  assigned: AssignedPartition,
  contract: EventContract,
  environment: WorkerEnvironment,
  /** The worker of the same partition's assignment before this one, whose last write may not have ended (G7). */
  predecessor: PartitionWorker | undefined,
): PartitionWorker {
  const { app, delivery, codec, health, metrics, limits, shareBytes, buffer, shutdown, abandon } = environment;
  const { topic, partition, lost } = assigned;
  const labels = { topic, partition: String(partition) };
  const logger = environment.logger.child({ topic, partition });
  const onSubstituted = substitutedValues(topic, { logger, metrics });
  const stop = AbortSignal.any([lost, shutdown]);
  const abort = AbortSignal.any([lost, abandon]);
  const onDestination = (problem: string | undefined) => environment.onDestination(assigned, problem);
  const settlement = partitionSettlement({ app, assigned, signal: abort, logger, health, metrics });
  let [endOffset, settledOffset] = [0n, 0n];

  const pressure = backpressure(assigned, shareBytes, buffer);
  const onBytes = (aheadBytes: number, heldBytes: number) => {
    metrics.buffered.set(labels, aheadBytes);
    pressure.onBytes(aheadBytes, heldBytes);
  };
  /** The same, but for a start, which waits for room. */
  const paced: AssignedPartition = { ...assigned, start: pressure.start };
  const blocked = blockedPartition({
    ...{ assigned: paced, logger, metrics, stop, health: environment.health },
    committed: () => environment.committed(assigned),
  });
  const queue = new PartitionQueue(limits, onBytes);
  const showLag = () => metrics.lag.set(labels, Math.max(0, Number(endOffset - settledOffset)));

  const deliver = async (): Promise<void> => {
    await predecessor?.done;
    settledOffset = await settlement.begin();
    paced.start(settledOffset);
    await delivery({
      ...{ contract, partition, queue, logger, metrics, stop, abort, onDestination },
      read: (records, firstSeen) =>
        readRecords(records, {
          ...{ codec, contract, partition, signal: abort, logger, health, firstSeen, onSubstituted },
          unknownFields: environment.unknownFields,
          onTimeFromValue: () => metrics.timesFromValue.inc({ topic }),
        }),
      async settle(settled) {
        await settlement.settle(settled);
        settledOffset = settled.nextOffset;
        showLag();
      },
      rewind(offset) {
        queue.clear();
        paced.start(offset);
      },
    });
  };

  const done = deliver()
    .catch((error: unknown) => {
      // Lost or abandoned: what was not settled comes again, here or at the new owner (G3, G6).
      if (!abort.aborted && !(error instanceof PartitionLost)) throw error;
    })
    .finally(() => {
      pressure.close();
      metrics.lag.remove(labels);
      metrics.buffered.remove(labels);
      blocked.clear();
      onDestination(undefined);
    });

  return {
    assigned,
    done,
    accept(records, nextOffset, end) {
      endOffset = end;
      blocked.clear();
      showLag();
      queue.push(records, nextOffset);
      return pressure.hold();
    },
    block({ offset, reason }) {
      pressure.stopped();
      const of = `--topic ${topic} --partition ${partition} --offset ${offset} --group ${environment.groupId}`;
      blocked.block({
        kind: 'unreadable-batch',
        offset,
        reason: `the batch there cannot be read: ${reason}`,
        remedy: `Restore the batch from a replica, or pass over it with: sluice skip ${of} --by <you> --reason <why>`,
      });
    },
    outOfRange(offset) {
      pressure.stopped();
      const { groupId } = environment;
      const ends = () => environment.ends(assigned);
      void goOnInRange(offset, { assigned: paced, ends, groupId, logger, metrics, blocked, stop });
    },
  };
}
