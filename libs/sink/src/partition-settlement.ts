import { PartitionLost, RecordsRefused, type AssignedPartition, type PartitionTransactions } from '@sluice/kafka';
import { deadLetterTopic } from '@sluice/schemas';
import { patiently, type Health, type Logger } from '@sluice/telemetry';
import { deadLetterRecord } from './dead-letter-record.ts';
import { refusalReason } from './refusal-reason.ts';
import type { RejectedRecord } from './rejected-record.ts';
import type { Announcement } from './sink.ts';
import type { SinkMetrics } from './sink-metrics.ts';

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
  /** Fences the partition's earlier owners and tells where to go on. */
  begin(): Promise<bigint>;
  /** Commits: with a plain commit where there is nothing to publish, else in one transaction with it (G1, G2). */
  settle(settled: Settled): Promise<void>;
}

/** @returns what tries without limit, until `signal` is aborted; it throws the abort reason, or PartitionLost */
export function partitionSettlement(options: {
  /** The sink's project name, for dead letters. */
  app: string;
  assigned: AssignedPartition;
  transactions: PartitionTransactions;
  signal: AbortSignal;
  logger: Logger;
  health: Pick<Health, 'waiting'>;
  metrics: SinkMetrics;
}): PartitionSettlement {
  const { app, assigned, transactions, signal, logger, health, metrics } = options;
  const { topic, partition } = assigned;
  const place = `${topic}-${partition}`;
  const isFinal = (error: unknown) => error instanceof PartitionLost;

  const untilDone = <T>(what: string, attempt: (tries: number) => Promise<T>): Promise<T> =>
    patiently({ what, signal, logger, health, isFinal }, attempt);

  return {
    begin: () => untilDone(`${place} to be this process's alone`, () => transactions.begin()),

    async settle({ nextOffset, delivered, newestMs, rejected, announcements }) {
      const letters = rejected
        .toSorted((a, b) => Number(a.raw.offset - b.raw.offset))
        .map((record) => deadLetterRecord(record, { app, topic, partition }));
      const records = [...letters, ...announcements];
      if (records.length > 0)
        await untilDone(`Kafka to settle records of ${place}`, async (tries) => {
          // After a failure only the committed offset tells whether the transaction took effect.
          if (tries > 1 && (await transactions.begin()) >= nextOffset) return;
          await transactions.settle({ records, nextOffset }).catch((error: unknown) => {
            throw error instanceof RecordsRefused ? new Error(refusalReason(error, records)) : error;
          });
        });
      else await untilDone(`Kafka to commit ${place}`, () => assigned.commit(nextOffset));

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
