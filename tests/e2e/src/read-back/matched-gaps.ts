import type { TweetGap } from '@sluice/contracts';
import type { SimulatorRecord } from '../harness/simulator-control.ts';

/**
 * Compares the ledger with what the simulator knows. Each true gap must lie within an entry; entries may be longer, as a client knows
 * of a silence only by its last keep-alive. Of each entry, the count must be that of the posts missed in the gaps that it covers:
 * exactly for a search. After a restart also those count that were on their way to Kafka when the process was killed. With a backfill
 * it is open to which side of the connection a post of the last moments belongs.
 *
 * @param fuzzyCount how many posts may be made in such a moment
 * @param toleranceMs by how much clocks and answers may differ
 * @returns what does not match, a sentence each
 */
export function unmatchedGaps(
  ledger: readonly TweetGap[],
  truth: SimulatorRecord['gaps'],
  toleranceMs: number,
  fuzzyCount: number,
): string[] {
  const problems: string[] = [];
  const missed = new Map(ledger.map((entry) => [entry, 0]));
  for (const gap of truth) {
    const toMs = gap.toMs ?? Infinity;
    const covering = ledger.filter(
      ({ from, to }) => from.getTime() <= gap.fromMs + toleranceMs && to.getTime() >= toMs - toleranceMs,
    );
    // Of several, the nearest: an entry may lie within the tolerance of the next gap.
    const nearest = covering.sort((a, b) => distance(a, gap.fromMs) - distance(b, gap.fromMs))[0];
    if (nearest === undefined)
      problems.push(`the gap of ${gap.cause} at ${at(gap.fromMs)} is in no entry of the ledger`);
    else missed.set(nearest, (missed.get(nearest) ?? 0) + gap.recoverable.length);
  }
  for (const [entry, count] of missed) {
    if (!isCount(entry, count, fuzzyCount)) {
      problems.push(
        `the ledger has ${entry.recovered_count} tweets recovered in the gap of ${entry.reason} at ${at(entry.from.getTime())}, and ${count} were missed`,
      );
    }
    if (!entry.complete)
      problems.push(`the gap of ${entry.reason} at ${at(entry.from.getTime())} is not complete: ${entry.problem}`);
  }
  return problems;
}

function isCount(
  { reason, recovered_by: by, recovered_count: count }: TweetGap,
  missed: number,
  fuzzyCount: number,
): boolean {
  const room = by === 'BACKFILL' ? fuzzyCount : 0;
  return count >= missed - room && (reason === 'RESTART' || count <= missed + room);
}

const distance = (entry: TweetGap, timeMs: number): number => Math.abs(entry.from.getTime() - timeMs);
const at = (timeMs: number): string => new Date(timeMs).toISOString();
