const windowMs = 15 * 60_000;

/** Requests of each kind in a window of a quarter of an hour, as an app has them. */
const limits = { stream: 50, rules: 450, search: 450 };

export type LimitedKind = keyof typeof limits;

/** Counts requests by the clock, and makes the headers that tell a client its limits. */
export class RateLimits {
  readonly #windows = new Map<LimitedKind, { startMs: number; count: number }>();

  /** @returns whether the request is within the limit */
  count(kind: LimitedKind, nowMs: number): { within: boolean; headers: Record<string, string> } {
    const last = this.#windows.get(kind);
    const window = last !== undefined && nowMs - last.startMs < windowMs ? last : { startMs: nowMs, count: 0 };
    this.#windows.set(kind, window);
    window.count++;
    const remaining = Math.max(0, limits[kind] - window.count);
    return {
      within: window.count <= limits[kind],
      headers: rateLimitHeaders(limits[kind], remaining, window.startMs + windowMs),
    };
  }
}

export const rateLimitHeaders = (limit: number, remaining: number, resetMs: number): Record<string, string> => ({
  'x-rate-limit-limit': String(limit),
  'x-rate-limit-remaining': String(remaining),
  'x-rate-limit-reset': String(Math.ceil(resetMs / 1000)),
});
