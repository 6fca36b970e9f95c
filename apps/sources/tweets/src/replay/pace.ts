import { pause } from '@sluice/telemetry';

/** Waits so that tweets come at the distances at which they were posted, so many times faster. */
export class Pace {
  readonly #speed: number;
  #first: { postedMs: number; atMs: number } | undefined;

  /** @param speed 0 for no waiting at all */
  constructor(speed: number) {
    this.#speed = speed;
  }

  /** Ends at once when the signal is aborted, and for a tweet whose time has passed. */
  async until(postedMs: number, signal: AbortSignal): Promise<void> {
    if (this.#speed === 0) return;
    this.#first ??= { postedMs, atMs: performance.now() };
    const dueMs = this.#first.atMs + (postedMs - this.#first.postedMs) / this.#speed;
    for (let rest = dueMs - performance.now(); rest > 0 && !signal.aborted; rest = dueMs - performance.now())
      await pause(Math.min(rest, 3_600_000), signal);
  }
}
