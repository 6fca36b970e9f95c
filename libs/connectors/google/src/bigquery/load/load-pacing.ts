import { describeError, pause, type Logger } from '@sluice/telemetry';
import { dayMs, TokenBucket, type BucketSize } from './token-bucket.ts';

/** Spreads the load jobs of each table over the day, so that the quota is never met. */
export interface LoadPacing {
  /** How long a load of the table has to wait for its turn; 0 where that is not known yet. */
  waitMs(table: string): number;
  /** Waits for the turn, and takes it. @param isRepair may use the reserve */
  turn(table: string, isRepair: boolean, signal: AbortSignal): Promise<void>;
  /** The jobs of the last day by table, as far as they are known: those that the account could list, and those since. */
  dayJobs(): ReadonlyMap<string, number>;
}

/**
 * A token bucket for each table.
 *
 * A bucket begins with what the service says: the jobs of the last day that this account created are counted against it, whichever
 * process created them. It is forgotten once it must be full again, so that a table that comes back from another process is counted
 * again. Where the account may not list jobs, a bucket begins empty.
 */
export function loadPacing(options: {
  size: BucketSize;
  reserve: number;
  history: (sinceMs: number, signal: AbortSignal) => Promise<Map<string, number[]>>;
  logger: Logger;
}): LoadPacing {
  const { size, reserve, history, logger } = options;
  const buckets = new Map<string, { bucket: TokenBucket; usedAt: number }>();
  const created = new Map<string, number[]>();
  const fullAfterMs = size.capacity * size.refillMs;
  let listed: { at: number; times: Promise<Map<string, number[]> | undefined> } | undefined;

  const list = (now: number, signal: AbortSignal) => {
    // Tables come in crowds, at start: one listing serves them all.
    if (listed === undefined || now - listed.at > listingServesMs)
      listed = {
        at: now,
        times: history(now - dayMs, signal).catch((error: unknown) => {
          signal.throwIfAborted();
          logger.warn(
            { reason: describeError(error) },
            'the load jobs of the last day cannot be counted: loads begin slowly, as if the quota had been used',
          );
          return undefined;
        }),
      };
    return listed.times;
  };

  const find = (table: string, now: number): TokenBucket | undefined => {
    const known = buckets.get(table);
    if (known === undefined) return undefined;
    if (now - known.usedAt <= fullAfterMs) return known.bucket;
    buckets.delete(table);
    return undefined;
  };

  const bucketOf = async (table: string, signal: AbortSignal): Promise<TokenBucket> => {
    const known = find(table, Date.now());
    if (known !== undefined) return known;
    const times = await list(Date.now(), signal);
    // Another load of the table may have made it meanwhile.
    const bucket = find(table, Date.now()) ?? newBucket(times === undefined ? undefined : (times.get(table) ?? []));
    buckets.set(table, { bucket, usedAt: Date.now() });
    if (times !== undefined) created.set(table, [...(times.get(table) ?? [])]);
    return bucket;
  };

  const newBucket = (history: readonly number[] | undefined): TokenBucket => {
    const now = Date.now();
    return new TokenBucket(size, now, history ?? Array.from({ length: size.capacity }, () => now));
  };

  return {
    waitMs: (table) => find(table, Date.now())?.waitMs(Date.now()) ?? 0,
    async turn(table, isRepair, signal) {
      const bucket = await bucketOf(table, signal);
      for (;;) {
        signal.throwIfAborted();
        const waitMs = bucket.waitMs(Date.now(), isRepair ? reserve : 0);
        if (waitMs === 0) break;
        await pause(waitMs, signal);
      }
      bucket.take(Date.now());
      buckets.set(table, { bucket, usedAt: Date.now() });
      created.set(table, [...ofLastDay(created.get(table)), Date.now()]);
    },
    dayJobs() {
      return new Map([...created].map(([table, times]) => [table, ofLastDay(times).length]));
    },
  };
}

const listingServesMs = 60_000;

const ofLastDay = (times: readonly number[] = []): number[] => times.filter((atMs) => atMs > Date.now() - dayMs);
