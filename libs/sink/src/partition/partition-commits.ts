import {
  PartitionLost,
  readDeadLetterHeaders,
  RecordsRefused,
  type AssignedPartition,
  type Identified,
} from '@sluice/kafka';
import { deadLetterTopic, isDeadLetterTopic } from '@sluice/contracts';
import { coded, retryForever, type Health, type Logger } from '@sluice/telemetry';
import { deadLetterRecord } from '../records/dead-letter-record.ts';
import { refusalReason } from '../records/refusal-reason.ts';
import type { CommitRequest } from './delivery.ts';
import type { SinkMetrics } from '../sink-metrics.ts';

/**
 * The committed offset of one partition, for as long as it is assigned. Both methods try without limit, until `signal` is aborted; they
 * throw its reason, or PartitionLost.
 */
export interface PartitionCommits {
  /** The offset to start at. No open transaction of an earlier owner can change it any more. */
  position(): Promise<bigint>;
  /** Commits: in one transaction with what there is to publish, or plainly where that is nothing (G1, G2). */
  commit(request: CommitRequest): Promise<void>;
}

export function partitionCommits(options: {
  /** The sink's project name, for dead letters. */
  app: string;
  event: Identified;
  assigned: AssignedPartition;
  signal: AbortSignal;
  logger: Logger;
  health: Pick<Health, 'waiting'>;
  metrics: SinkMetrics;
}): PartitionCommits {
  const { app, event, assigned, signal, logger, health, metrics } = options;
  const { topic, partition } = assigned;
  const place = `${topic}-${partition}`;
  const isFinal = (error: unknown) => error instanceof PartitionLost;

  const untilDone = <T>(what: string, attempt: (tries: number) => Promise<T>): Promise<T> =>
    retryForever({ what, signal, logger, health, isFinal }, attempt);

  return {
    position: () => untilDone(`the committed offset of ${place}`, () => assigned.committed()),

    async commit(request) {
      const { nextOffset, delivered, newestMs, rejected, outputs } = request;
      const deadLetters = rejected
        .toSorted((a, b) => Number(a.raw.offset - b.raw.offset))
        .map((record) => deadLetterRecord(record, { app, event, partition }));
      const records = [...deadLetters, ...outputs];
      const what = records.length > 0 ? `Kafka to commit records of ${place}` : `Kafka to commit ${place}`;
      await untilDone(what, async (tries) => {
        const isRetry = tries > 1;
        // After a failure only the committed offset shows whether the commit took effect.
        if (isRetry && (await assigned.committed()) >= nextOffset) return;
        await assigned.commit({ nextOffset, records, isRetry }).catch((error: unknown) => {
          throw error instanceof RecordsRefused ? new Error(refusalReason(error, records)) : error;
        });
      });

      countDeadLetters(request, topic, metrics);
      metrics.records.inc({ topic, verdict: 'delivered' }, delivered);
      if (newestMs !== undefined) metrics.freshness.note(topic, newestMs);
      if (rejected.length > 0) {
        metrics.records.inc({ topic, verdict: 'rejected' }, rejected.length);
        const [first] = rejected;
        logger.warn(
          {
            ...{ records: rejected.length, reason: first?.reason, to: deadLetterTopic(topic) },
            ...(first && coded(first.errorClass)),
          },
          'records went to the dead letters',
        );
      }
    },
  };
}

/** Of the partition's own records, and of others that a sink publishes itself: rows that BigQuery refuses, say. */
function countDeadLetters({ rejected, outputs }: CommitRequest, topic: string, metrics: SinkMetrics): void {
  for (const { errorClass: reason } of rejected) metrics.deadLetters.inc({ topic, reason });
  for (const { topic: to, headers = {} } of outputs) {
    if (!isDeadLetterTopic(to)) continue;
    const deadLetter = readDeadLetterHeaders(headers);
    if (deadLetter !== undefined) metrics.deadLetters.inc({ topic: deadLetter.topic, reason: deadLetter.errorClass });
  }
}
