/** Why X could not be reached or did not answer: each kind has its own waits. */
export type FailureKind = 'network' | 'http' | 'rate-limit';

/**
 * X's backoff: https://docs.x.com/x-api/fundamentals/handling-disconnections
 *
 * Network errors linear from 250 ms to 16 s, HTTP errors exponential from 5 s to 320 s, 429 exponential from one minute; the last
 * ends at a quarter of an hour, the length of X's windows.
 *
 * @param tries how often it failed in this way since it last succeeded, from 1
 */
export function waitMs(kind: FailureKind, tries: number): number {
  const doubled = 2 ** Math.min(tries - 1, 20);
  switch (kind) {
    case 'network':
      return Math.min(16_000, 250 * tries);
    case 'http':
      return Math.min(320_000, 5_000 * doubled);
    case 'rate-limit':
      return Math.min(900_000, 60_000 * doubled);
  }
}

/** How long after X lifts a limit the next try comes: clocks and answers are not exact. */
const afterResetMs = 1_000;

/** Counts the failures of each kind, and says how long to wait. */
export class Backoff {
  readonly #tries = new Map<FailureKind, number>();

  next(kind: FailureKind): number {
    const tries = (this.#tries.get(kind) ?? 0) + 1;
    this.#tries.set(kind, tries);
    return waitMs(kind, tries);
  }

  /** As `next`; but where X has said when it lifts its limit (`resetMs`, by its clock), the wait is until then. */
  after({ kind, resetMs }: { kind: FailureKind; resetMs?: number }, nowMs: number): number {
    const backoffMs = this.next(kind);
    return resetMs === undefined ? backoffMs : Math.max(afterResetMs, resetMs + afterResetMs - nowMs);
  }

  /** After a success all backoff begin again. */
  reset(): void {
    this.#tries.clear();
  }
}
