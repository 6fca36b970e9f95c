/** Why X could not be reached or would not answer: each kind has a ladder of waits of its own. */
export type Trouble = 'network' | 'http' | 'rate-limit';

/**
 * X's ladders: https://docs.x.com/x-api/fundamentals/handling-disconnections
 *
 * Network errors linear from 250 ms to 16 s, HTTP errors exponential from 5 s to 320 s, 429 exponential from one minute; the last
 * ends at a quarter of an hour, the length of X's windows.
 *
 * @param tries how often it failed in this way since it last succeeded, from 1
 */
export function waitMs(trouble: Trouble, tries: number): number {
  const doubled = 2 ** Math.min(tries - 1, 20);
  switch (trouble) {
    case 'network':
      return Math.min(16_000, 250 * tries);
    case 'http':
      return Math.min(320_000, 5_000 * doubled);
    case 'rate-limit':
      return Math.min(900_000, 60_000 * doubled);
  }
}

/** From the moment at which X lifts a limit to the next try: clocks and answers are not exact. */
const afterResetMs = 1_000;

/** Counts failures of each kind and tells the waits. */
export class WaitingLadders {
  readonly #tries = new Map<Trouble, number>();

  next(trouble: Trouble): number {
    const tries = (this.#tries.get(trouble) ?? 0) + 1;
    this.#tries.set(trouble, tries);
    return waitMs(trouble, tries);
  }

  /** As `next`; but where X has said when it lifts its limit (`resetMs`, by its clock), the wait is until then. */
  after({ trouble, resetMs }: { trouble: Trouble; resetMs?: number }, nowMs: number): number {
    const ladderMs = this.next(trouble);
    return resetMs === undefined ? ladderMs : Math.max(afterResetMs, resetMs + afterResetMs - nowMs);
  }

  /** After a success all ladders begin again. */
  reset(): void {
    this.#tries.clear();
  }
}
