import { setTimeout as delay } from 'node:timers/promises';

/** The longest wait of one timer: it must be below 2^31 ms. */
const longestTimerMs = 3_600_000;
/** X gives its time in whole seconds, and an answer takes a moment: a smaller difference does not count. */
const toleranceMs = 5_000;

/**
 * X's clock, by the dates of its answers. Moments in the ledger and in cursors are of this clock, as those of tweets are.
 *
 * @param speed how many times faster than life it runs; 1 except against a simulator
 */
export class Clock {
  readonly #speed: number;
  #base = { realMs: Date.now(), shownMs: Date.now() };

  constructor(speed: number) {
    this.#speed = speed;
  }

  nowMs(): number {
    return this.#base.shownMs + (Date.now() - this.#base.realMs) * this.#speed;
  }

  /** Takes over the time of an answer's `date` header, where it differs. */
  sync(header: string | undefined): void {
    const shownMs = Date.parse(header ?? '');
    if (Number.isNaN(shownMs) || Math.abs(shownMs - this.nowMs()) <= toleranceMs * this.#speed) return;
    this.#base = { realMs: Date.now(), shownMs };
  }

  /** A time span in real time. */
  realMs(ms: number): number {
    return ms / this.#speed;
  }

  /** Waits; ends at once, without an error, when the signal is aborted. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    const end = Date.now() + this.realMs(ms);
    for (let rest = this.realMs(ms); rest > 0 && !signal.aborted; rest = end - Date.now())
      await delay(Math.min(rest, longestTimerMs), undefined, { signal }).catch(() => {});
  }
}
