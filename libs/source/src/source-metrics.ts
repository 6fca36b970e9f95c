import { eventAge, sourceMetrics as defined, type Metrics } from '@sluice/telemetry';

/** What every source counts. @param topics those of its events */
export function sourceMetrics(metrics: Metrics, topics: readonly string[]) {
  const startedMs = Date.now();
  /** When Kafka last acknowledged an event, by topic. */
  const published = new Map(topics.map((topic) => [topic, startedMs]));
  metrics.gauge({
    ...defined.silence,
    collect(gauge) {
      // The clock of this machine may have been set back.
      for (const [topic, atMs] of published) gauge.set({ topic }, Math.max(0, Date.now() - atMs) / 1000);
    },
  });
  const events = metrics.counter(defined.events);
  const replacedSurrogates = metrics.counter(defined.replacedSurrogates);
  for (const topic of topics) replacedSurrogates.inc({ topic }, 0);
  return {
    /** Events that Kafka has acknowledged. */
    published(topic: string, count: number): void {
      if (count > 0) published.set(topic, Date.now());
      events.inc({ topic }, count);
    },
    publishes: metrics.histogram(defined.publishes),
    deadLetters: metrics.counter(defined.deadLetters),
    replacedSurrogates,
    freshness: eventAge(metrics, defined.freshness),
  };
}

export type SourceMetrics = ReturnType<typeof sourceMetrics>;
