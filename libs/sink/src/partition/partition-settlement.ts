import { PartitionLost, RecordsRefused, type AssignedPartition } from '@sluice/kafka';
import { deadLetterTopic } from '@sluice/contracts';
import { patiently, type Health, type Logger } from '@sluice/telemetry';
import { deadLetterRecord } from '../records/dead-letter-record.ts';
import { refusalReason } from '../records/refusal-reason.ts';
import type { RejectedRecord } from '../records/rejected-record.ts';
import type { Announcement } from '../contract/sink.ts';
import type { SinkMetrics } from '../sink-metrics.ts';

/** What became of everything before `nextOffset` that was not settled yet. */
export interface Settled {
  nextOffset: bigint;
  /** How many records the destination has. */
  delivered: number;
  /** The newest of them, where it is known. */
  newestMs?: number | undefined;
  rejected: readonly RejectedRecord[];
  announcements: readonly Announcement[];
}

/** The beginning and the settlements of one partition, for as long as it is assigned. */
export interface PartitionSettlement {
  /** Tells where to go on, when what earlier owners left under way is ended. */
  begin(): Promise<bigint>;
  /** Commits: with a plain commit where there is nothing to publish, else in one transaction with it (G1, G2). */
  settle(settled: Settled): Promise<void>;
}

/** @returns what tries without limit, until `signal` is aborted; it throws the abort reason, or PartitionLost */
export function partitionSettlement(options: {
  /** The sink's project name, for dead letters. */
  app: string;
  assigned: AssignedPartition;
  signal: AbortSignal;
  logger: Logger;
  health: Pick<Health, 'waiting'>;
  metrics: SinkMetrics;
}): PartitionSettlement {
  const { app, assigned, signal, logger, health, metrics } = options;
  const { topic, partition } = assigned;
  const place = `${topic}-${partition}`;
  const isFinal = (error: unknown) => error instanceof PartitionLost;

  const untilDone = <T>(what: string, attempt: (tries: number) => Promise<T>): Promise<T> =>
    patiently({ what, signal, logger, health, isFinal }, attempt);

  return {
    begin: () => untilDone(`the committed offset of ${place}`, () => assigned.committed()),

    async settle({ nextOffset, delivered, newestMs, rejected, announcements }) {
      const letters = rejected
        .toSorted((a, b) => Number(a.raw.offset - b.raw.offset))
        .map((record) => deadLetterRecord(record, { app, topic, partition }));
      const records = [...letters, ...announcements];
      const what = records.length > 0 ? `Kafka to settle records of ${place}` : `Kafka to commit ${place}`;
      await untilDone(what, async (tries) => {
        const isRetry = tries > 1;
        // After a failure only the committed offset tells whether it took effect.
        if (isRetry && (await assigned.committed()) >= nextOffset) return;
        await assigned.commit({ nextOffset, records, isRetry }).catch((error: unknown) => {
          throw error instanceof RecordsRefused ? new Error(refusalReason(error, records)) : error;
        });
      });

      metrics.records.inc({ topic, verdict: 'delivered' }, delivered);
      if (newestMs !== undefined) metrics.freshness.note(topic, newestMs);
      if (rejected.length > 0) {
        metrics.records.inc({ topic, verdict: 'rejected' }, rejected.length);
        const conflicts = rejected.filter(({ errorClass }) => errorClass === 'conflict').length;
        if (conflicts > 0) metrics.conflicts.inc({ topic }, conflicts);
        logger.warn(
          { records: rejected.length, reason: rejected[0]?.reason, to: deadLetterTopic(topic) },
          'records went to the dead letters',
        );
      }
    },
  };
}
