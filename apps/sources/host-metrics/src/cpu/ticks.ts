/** A moment at which an event is due. */
export interface Tick {
  /** A multiple of the interval since the epoch, to the millisecond. */
  time: Date;
  /** Ticks that passed unused since the one before, because the process slept or the consumer was slow. */
  missed: number;
}

/**
 * Yields at every multiple of the interval since the epoch: with 1000 ms, on the second.
 *
 * A late consumer gets the newest tick that is due and the count of those it missed. No time is yielded twice: when the clock
 * is set back, ticks continue at once for times not yet seen, and are left out, uncounted, for times already yielded. When the
 * clock is set forward, what it jumped over counts as missed. Aborting ends the iteration at once and leaves no timer behind.
 */
export async function* ticks(options: {
  intervalMs: number;
  signal: AbortSignal;
}): AsyncGenerator<Tick, void, undefined> {
  const { intervalMs, signal } = options;
  const seen = seenTimes();
  let next = Math.ceil(Date.now() / intervalMs) * intervalMs;
  while (!signal.aborted) {
    const now = Date.now();
    if (next - now > intervalMs) {
      // The clock was set back: wait for the next tick of the new time.
      next = Math.ceil(now / intervalMs) * intervalMs;
      seen.leap();
    }
    if (now < next) {
      // A timer may fire a millisecond early, so the loop looks at the clock again.
      await sleep(next - now, signal);
      continue;
    }
    const time = Math.floor(now / intervalMs) * intervalMs;
    const missed = (time - next) / intervalMs;
    next = time + intervalMs;
    if (seen.add(time)) yield { time: new Date(time), missed };
  }
}

interface Span {
  from: number;
  to: number;
}

/** Remembers every time it was given, as spans: one more for each time the clock was set back, until they overlap. */
function seenTimes(): { add(time: number): boolean; leap(): void } {
  let earlier: Span[] = [];
  let current: Span | undefined;
  return {
    /** Whether the time is new. */
    add(time) {
      const isNew = !earlier.some((span) => span.from <= time && time <= span.to);
      if (current === undefined) current = { from: time, to: time };
      else current.to = time;
      const { from, to } = current;
      earlier = earlier.filter((span) => span.from < from || to < span.to);
      return isNew;
    },
    leap() {
      if (current !== undefined) earlier.push(current);
      current = undefined;
    },
  };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener('abort', wake, { once: true });
  });
}
