import type { EventContract } from '@sluice/contracts';
import { backoffMs, describeError, pause, type Logger } from '@sluice/telemetry';
import { destinationWatch } from '../partition/destination-watch.ts';
import type { LazyRecord } from '../records/lazy-record.ts';
import { rejection, type RejectedRecord } from '../records/rejected-record.ts';
import type { Announcement, Sink, Verdict, Written } from '../contract/sink.ts';
import { SinkDefect } from '../contract/sink-defect.ts';
import type { SinkMetrics } from '../sink-metrics.ts';

/** What is known when no record of a batch is open any more. */
export interface Outcome {
  delivered: LazyRecord<unknown>[];
  rejected: RejectedRecord[];
  announcements: Announcement[];
}

/** How long a write may be pending before that is reported. It goes on: the sink's own time limit ends it. */
const silentMs = 5_000;
const noAnswer = `there has been no answer for ${silentMs / 1000} s`;

/**
 * Writes records until each is delivered or rejected: retries without limit (G4: an outage never rejects), with full jitter, and
 * with only the records that are still open.
 *
 * @throws the abort reason of `signal`, and SinkDefect
 */
export async function writeAll(
  records: readonly LazyRecord<unknown>[],
  options: {
    sink: Sink;
    contract: EventContract;
    partition: number;
    signal: AbortSignal;
    logger: Logger;
    metrics: SinkMetrics;
    onDestination: (problem: string | undefined) => void;
    /** When the records were first read. */
    firstSeen: Date;
  },
): Promise<Outcome> {
  const { sink, contract, partition, signal, metrics, firstSeen } = options;
  const { topic } = contract;
  const outcome: Outcome = { delivered: [], rejected: [], announcements: [] };
  const watch = destinationWatch({ ...options, topic });
  let open = [...records];
  let fruitless = 0;
  for (let attempt = 1; open.length > 0; attempt++) {
    signal.throwIfAborted();
    const end = metrics.writes.startTimer({ topic });
    let problem: string | undefined;
    const silence = setTimeout(() => watch.refuses(noAnswer, open.length), silentMs);
    try {
      const written = await sink.write({ topic, partition, contract, records: open }, { signal, attempt });
      end();
      const stillOpen = sort(open, written, outcome, attempt, firstSeen);
      problem = stillOpen.problem;
      fruitless = stillOpen.records.length < open.length ? 0 : fruitless + 1;
      open = stillOpen.records;
    } catch (error) {
      if (error instanceof SinkDefect) throw error;
      signal.throwIfAborted();
      const unreadable = open.filter((record) => record.unreadable !== undefined);
      if (unreadable.length > 0) {
        outcome.rejected.push(
          ...unreadable.map((record) => rejection(record, record.unreadable ?? '', 'undecodable', attempt, firstSeen)),
        );
        open = open.filter((record) => record.unreadable === undefined);
        continue;
      }
      problem = describeError(error);
      fruitless++;
    } finally {
      clearTimeout(silence);
    }
    if (problem === undefined) break;
    metrics.retries.inc({ topic }, open.length);
    watch.refuses(problem, open.length);
    await pause(backoffMs(fruitless + 1), signal);
  }
  watch.takes();
  return outcome;
}

/** Sorts records by their verdicts into the outcome; gives back those to try again, and why. */
function sort(
  records: readonly LazyRecord<unknown>[],
  written: Written,
  outcome: Outcome,
  attempt: number,
  firstSeen: Date,
): { records: LazyRecord<unknown>[]; problem: string | undefined } {
  const { verdicts, announcements = [] } = written;
  if (verdicts.length !== records.length) {
    throw new SinkDefect(`the sink gave ${verdicts.length} verdicts for ${records.length} records`);
  }
  const again: LazyRecord<unknown>[] = [];
  let problem: string | undefined;
  for (const [index, record] of records.entries()) {
    const verdict = verdicts[index] as Verdict;
    switch (verdict.status) {
      case 'delivered':
        outcome.delivered.push(record);
        break;
      case 'retry':
        again.push(record);
        problem ??= verdict.reason;
        break;
      case 'rejected':
        outcome.rejected.push(rejection(record, verdict.reason, verdict.errorClass ?? 'refused', attempt, firstSeen));
        break;
      default:
        throw new SinkDefect(`the sink gave a verdict that does not exist: ${JSON.stringify(verdict satisfies never)}`);
    }
  }
  outcome.announcements.push(...announcements);
  return { records: again, problem };
}
