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
import { PartitionProgress } from '../progress/partition-progress.ts';
import { resolveSchemas } from '../records/resolve-schemas.ts';
import type { SchemaLearning } from '../records/schema-learning.ts';
import type { SharedBuffer } from '../records/shared-buffer.ts';
import { rescuedValues } from '../records/rescued-values.ts';
import { substitutedValues } from '../records/substituted-values.ts';
import type { SinkMetrics } from '../sink-metrics.ts';
import type { ReportProblem } from './aggregate-health.ts';
import { backpressure } from './backpressure.ts';
import { blockedPartition, unreadableBatch } from './blocked-partition.ts';
import type { DeliveredPartition, Delivery } from './delivery.ts';
import { goOnInRange } from './out-of-range.ts';
import { partitionCommits } from './partition-commits.ts';
import { partitionHealth } from './partition-health.ts';
import { PartitionQueue, type QueueLimits } from './partition-queue.ts';

/** What all partitions of a sink share. */
export interface WorkerEnvironment {
  /** The sink's project name, for dead letters. */
  app: string;
  groupId: string;
  delivery: Delivery;
  /** See `Sink`. */
  unknownFields: string | undefined;
  codec: Codec;
  learn: SchemaLearning;
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
  reportDestination: ReportProblem;
  /** The group's committed offset of a partition. */
  committed: (partition: AssignedPartition) => Promise<bigint | undefined>;
  /** The ends of a partition's log. */
  ends: (partition: AssignedPartition) => Promise<PartitionEnds | undefined>;
}

/** Works on one partition, from its assignment until it is lost or the process stops. */
export interface PartitionWorker {
  readonly assigned: AssignedPartition;
  /** @returns what the next fetch must wait for, a moment at most */
  accept(records: readonly KafkaRecord[], nextOffset: bigint, endOffset: bigint): Promise<void> | undefined;
  /** The batch where the partition is cannot be read. What was read before it is delivered; then the partition waits. */
  block(batch: UnreadableBatchAt): void;
  /** The log does not have the offset where the partition is. */
  outOfRange(offset: bigint): void;
  /** Resolves when nothing is under way any more; rejects only for a defect. */
  readonly done: Promise<void>;
}

/** @param predecessor the worker of the partition's assignment before this one: its last write may still be under way (G7) */
export function partitionWorker(
  assigned: AssignedPartition,
  contract: EventContract,
  environment: WorkerEnvironment,
  predecessor: PartitionWorker | undefined,
): PartitionWorker {
  const { app, groupId, health, metrics } = environment;
  const { topic, partition, lost } = assigned;
  const logger = environment.logger.child({ topic, partition });
  const stop = AbortSignal.any([lost, environment.shutdown]);
  const abort = AbortSignal.any([lost, environment.abandon]);

  const progress = new PartitionProgress(topic, partition);
  metrics.partitions.add(progress);
  const pressure = backpressure(observed(assigned, progress), environment.shareBytes, environment.buffer);
  const queue = new PartitionQueue(environment.limits, (aheadBytes, heldBytes) => {
    progress.aheadBytes = aheadBytes;
    progress.heldBytes = heldBytes;
    pressure.onBytes(aheadBytes, heldBytes);
  });
  /** The partition, started only when there is room. */
  const paced: AssignedPartition = { ...assigned, start: pressure.start };
  const blocked = blockedPartition({
    ...{ assigned: paced, logger, metrics, stop, health },
    committed: () => environment.committed(assigned),
  });
  const commits = partitionCommits({ app, event: contract, assigned, signal: abort, logger, health, metrics });
  const delivered: DeliveredPartition = {
    ...{ contract, partition, queue, logger, metrics, stop, abort },
    health: partitionHealth(assigned, environment.reportDestination, logger),
    resolveSchemas: schemaResolution(environment, { contract, partition, logger, signal: abort }),
    onRescued: rescuedValues(topic, { logger, metrics }),
    async commit(request) {
      await commits.commit(request);
      progress.committed(request.nextOffset);
    },
    rewind(offset) {
      queue.clear();
      paced.start(offset);
    },
  };

  const deliver = async (): Promise<void> => {
    await predecessor?.done;
    const position = await commits.position();
    progress.committed(position);
    paced.start(position);
    await environment.delivery(delivered);
  };
  const done = deliver()
    .catch((error: unknown) => {
      // Lost or abandoned: what was not committed is read again, here or by the new owner (G3, G6).
      if (!abort.aborted && !(error instanceof PartitionLost)) throw error;
    })
    .finally(() => {
      metrics.partitions.delete(progress);
      for (const part of [pressure, delivered.health]) part.close();
      blocked.clear();
    });

  return {
    assigned,
    done,
    accept(records, nextOffset, endOffset) {
      blocked.clear();
      progress.read(records, nextOffset, endOffset, Date.now());
      queue.push(records, nextOffset);
      return pressure.hold();
    },
    block(batch) {
      pressure.stopped();
      blocked.block(unreadableBatch(batch, { topic, partition, groupId }));
    },
    outOfRange(offset) {
      pressure.stopped();
      const ends = () => environment.ends(assigned);
      void goOnInRange(offset, { assigned: paced, ends, groupId, logger, metrics, blocked, stop });
    },
  };
}

/** The partition, whose progress learns what is asked of it. */
function observed(assigned: AssignedPartition, progress: PartitionProgress): AssignedPartition {
  return {
    ...assigned,
    start(offset) {
      progress.started(offset);
      progress.isPaused = false;
      assigned.start(offset);
    },
    pause() {
      progress.isPaused = true;
      assigned.pause();
    },
    resume() {
      progress.isPaused = false;
      assigned.resume();
    },
  };
}

/** Resolves the schemas of one partition's records. */
function schemaResolution(
  { codec, learn, health, metrics, unknownFields }: WorkerEnvironment,
  of: { contract: EventContract; partition: number; logger: Logger; signal: AbortSignal },
): DeliveredPartition['resolveSchemas'] {
  const { topic } = of.contract;
  const onSubstituted = substitutedValues(topic, { logger: of.logger, metrics });
  const onTimeFromValue = () => metrics.timesFromValue.inc({ topic });
  return (records, firstSeen) =>
    resolveSchemas(records, { ...of, codec, learn, health, unknownFields, firstSeen, onSubstituted, onTimeFromValue });
}
