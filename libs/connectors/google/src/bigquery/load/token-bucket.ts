/** What a bucket holds and how it fills. */
export interface BucketSize {
  /** Most tokens at once: how many loads may follow on one another without a pause. */
  readonly capacity: number;
  /** How long one token takes to come. */
  readonly refillMs: number;
}

/**
 * The quota's sizes: within any day a table gets at most `capacity` and a day's refill, and that is the quota less the reserve.
 *
 * @param reserve tokens of the quota that only repairs may use
 */
export function bucketSize(quota: { loadsPerDay: number; burst: number; reserve: number }): BucketSize {
  return { capacity: quota.burst, refillMs: dayMs / (quota.loadsPerDay - quota.burst - quota.reserve) };
}

export const dayMs = 86_400_000;

/** Paces the load jobs of one table. Times are milliseconds since the epoch and never go back by much. */
export class TokenBucket {
  readonly #size: BucketSize;
  #tokens: number;
  #at: number;

  /** @param history when the jobs of the last day were created, in order; those before it no longer count */
  constructor(size: BucketSize, now: number, history: readonly number[] = []) {
    this.#size = size;
    this.#tokens = size.capacity;
    this.#at = now - dayMs;
    for (const at of history) this.take(at);
    this.#fill(now);
  }

  /** Takes a token, whether there is one or not: a job was created. */
  take(now: number): void {
    this.#fill(now);
    this.#tokens -= 1;
  }

  /**
   * How long until a job may be created; 0 is now.
   *
   * @param debt how many tokens may be owed after it
   */
  waitMs(now: number, debt = 0): number {
    this.#fill(now);
    return Math.max(0, Math.ceil((1 - debt - this.#tokens) * this.#size.refillMs));
  }

  #fill(now: number): void {
    if (now <= this.#at) return;
    this.#tokens = Math.min(this.#size.capacity, this.#tokens + (now - this.#at) / this.#size.refillMs);
    this.#at = now;
  }
}
