import {
  deadLetterHeaders,
  PartitionLost,
  type AssignedPartition,
  type KafkaRecord,
  type OutgoingRecord,
  type PartitionTransactions,
} from '@sluice/kafka';
import { deadLetterTopic, type Codec, type EventContract } from '@sluice/schemas';
import { patiently, type Logger } from '@sluice/telemetry';
import { backpressure } from './backpressure.ts';
import { PartitionQueue, type Chunk, type QueueLimits } from './partition-queue.ts';
import { readRecords, type RejectedRecord } from './read-records.ts';
import type { Sink } from './sink.ts';
import type { SinkMetrics } from './sink-metrics.ts';
import { writeAll, type Outcome } from './write-all.ts';

/** What all partitions of a sink share. */
export interface WorkerEnvironment {
  /** The sink's project name, for dead letters. */
  app: string;
  sink: Sink;
  codec: Codec;
  logger: Logger;
  metrics: SinkMetrics;
  limits: QueueLimits;
  /** The bytes that one partition may read ahead. Changes with the number of partitions. */
  shareBytes: () => number;
  /** Aborted at shutdown: no new write begins. */
  shutdown: AbortSignal;
  /** Aborted when the grace of a shutdown has passed: the write under way is abandoned. */
  abandon: AbortSignal;
  onDestination: (problem: string | undefined) => void;
}

/** Delivers one partition, from the moment it is assigned until it is lost or the process stops. */
export interface PartitionWorker {
  readonly assigned: AssignedPartition;
  /** @returns what the next fetch must wait for, a moment at most */
  accept(records: readonly KafkaRecord[], nextOffset: bigint, endOffset: bigint): Promise<void> | undefined;
  /** Resolves when nothing is under way any more; rejects only for a defect. */
  readonly done: Promise<void>;
}

/**
 * ```
 * fence ▶ start at the committed offset ▶ ( take ▶ read ▶ write until settled ▶ settle )*
 * ```
 *
 * Writes are sequential (G7); the offset moves only over records that are delivered or dead-lettered (G1, G2).
 */
export function partitionWorker(
  assigned: AssignedPartition,
  contract: EventContract,
  transactions: PartitionTransactions,
  environment: WorkerEnvironment,
  /** The worker of the same partition's assignment before this one, whose last write may not have ended (G7). */
  predecessor: PartitionWorker | undefined,
): PartitionWorker {
  const { app, sink, codec, metrics, limits, shareBytes, shutdown, abandon, onDestination } = environment;
  const { topic, partition, lost } = assigned;
  const labels = { topic, partition: String(partition) };
  const logger = environment.logger.child({ topic, partition });
  const stop = AbortSignal.any([lost, shutdown]);
  const abort = AbortSignal.any([lost, abandon]);
  const isLost = (error: unknown) => error instanceof PartitionLost;
  let endOffset = 0n;

  const pressure = backpressure(assigned, shareBytes);
  const onBytes = (bytes: number) => {
    metrics.buffered.set(labels, bytes);
    pressure.onBytes(bytes);
  };
  const queue = new PartitionQueue(limits, onBytes, () => pressure.isFull);

  const begin = () =>
    patiently({ what: 'the partition to be ours alone', signal: abort, logger, isFinal: isLost }, () =>
      transactions.begin(),
    );

  const publish = async (records: (OutgoingRecord & { topic: string })[], nextOffset: bigint): Promise<void> => {
    await patiently({ what: 'Kafka to settle records', signal: abort, logger, isFinal: isLost }, async (tries) => {
      // After a failure only the committed offset tells whether the transaction took effect.
      if (tries > 1 && (await transactions.begin()) >= nextOffset) return;
      await transactions.settle({ records, nextOffset });
    });
  };

  const settle = async (
    outcome: Outcome,
    readFailures: readonly RejectedRecord[],
    chunk: Chunk,
    firstSeen: Date,
  ): Promise<void> => {
    const through = outcome.deliveredThrough === undefined ? 0n : outcome.deliveredThrough + 1n;
    const nextOffset = through > chunk.nextOffset ? through : chunk.nextOffset;
    const rejected = [...readFailures, ...outcome.rejected].sort((a, b) => Number(a.raw.offset - b.raw.offset));
    const records = [...rejected.map((record) => deadLetter(record, firstSeen)), ...outcome.announcements];
    if (records.length > 0) await publish(records, nextOffset);
    else
      await patiently({ what: 'Kafka to commit', signal: abort, logger, isFinal: isLost }, () =>
        assigned.commit(nextOffset),
      );
    if (outcome.deliveredThrough !== undefined) queue.dropThrough(outcome.deliveredThrough);

    metrics.records.inc({ topic, verdict: 'delivered' }, outcome.delivered.length);
    metrics.lag.set(labels, Math.max(0, Number(endOffset - nextOffset)));
    const newest = outcome.delivered.at(-1);
    if (newest !== undefined) metrics.freshness.set({ topic }, (Date.now() - newest.raw.timestampMs) / 1000);
    if (rejected.length > 0) {
      metrics.records.inc({ topic, verdict: 'rejected' }, rejected.length);
      logger.warn(
        { records: rejected.length, reason: rejected[0]?.reason, to: deadLetterTopic(topic) },
        'records went to the dead letters',
      );
    }
  };

  const deadLetter = (rejected: RejectedRecord, firstSeen: Date): OutgoingRecord & { topic: string } => {
    const { raw, reason, errorClass, attempts, schemaId } = rejected;
    const letter = {
      by: app,
      topic,
      partition,
      offset: raw.offset,
      timestamp: new Date(raw.timestampMs),
      reason,
      errorClass,
      attempts,
      firstSeen,
      deadSince: new Date(),
    };
    return {
      topic: deadLetterTopic(topic),
      key: raw.key,
      value: raw.value,
      headers: deadLetterHeaders(raw.headers, { ...letter, ...(schemaId !== undefined && { schemaId }) }),
    };
  };

  const deliver = async (): Promise<void> => {
    await predecessor?.done;
    assigned.start(await begin());
    for (let chunk = await queue.take(stop); chunk !== undefined; chunk = await queue.take(stop)) {
      const firstSeen = new Date();
      const { records, rejected } = await readRecords(chunk.records, {
        codec,
        contract,
        partition,
        signal: abort,
        logger,
      });
      const outcome = await writeAll(records, {
        sink,
        contract,
        partition,
        signal: abort,
        logger,
        metrics,
        onDestination,
      });
      await settle(outcome, rejected, chunk, firstSeen);
    }
  };

  const done = deliver()
    .catch((error: unknown) => {
      // Lost or abandoned: what was not settled comes again, here or at the new owner (G3, G6).
      if (!abort.aborted && !isLost(error)) throw error;
    })
    .finally(async () => {
      metrics.lag.remove(labels);
      metrics.buffered.remove(labels);
      await transactions.close();
    });

  return {
    assigned,
    done,
    accept(records, nextOffset, end) {
      endOffset = end;
      queue.push(records, nextOffset);
      return pressure.hold();
    },
  };
}
