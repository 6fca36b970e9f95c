import type { Metrics } from './metrics.ts';

/** How old the newest event is, by topic. */
export interface EventAge {
  /** Notes an event by its own time, in milliseconds since 1970. */
  note(topic: string, timeMs: number): void;
}

/**
 * A gauge of the age of the newest event by its own time, measured now, so that it grows while no event comes. It never falls below 0: an
 * event from the future counts as made when it was noted. Old events that are replayed do not raise it.
 */
export function eventAge(metrics: Metrics, options: { name: string; help: string }): EventAge {
  const newest = new Map<string, number>();
  metrics.gauge({
    ...options,
    labelNames: ['topic'],
    collect: (gauge) => {
      const now = Date.now();
      // The clock of this machine may have been set back.
      for (const [topic, timeMs] of newest) gauge.set({ topic }, Math.max(0, now - timeMs) / 1000);
    },
  });
  return {
    note: (topic, timeMs) =>
      void newest.set(topic, Math.max(newest.get(topic) ?? -Infinity, Math.min(timeMs, Date.now()))),
  };
}
