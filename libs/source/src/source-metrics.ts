import { eventAge, type Metrics } from '@sluice/telemetry';

/** What every source counts. */
export const sourceMetrics = (metrics: Metrics) => ({
  events: metrics.counter({
    name: 'source_events_total',
    help: 'Events that Kafka has acknowledged',
    labelNames: ['topic'],
  }),
  rejected: metrics.counter({
    name: 'source_rejected_total',
    help: 'What went to the dead letters',
    labelNames: ['topic'],
  }),
  replacedSurrogates: metrics.counter({
    name: 'source_replaced_surrogates_total',
    help: 'Halves of surrogate pairs in texts from outside that were replaced by U+FFFD',
    labelNames: ['topic'],
  }),
  freshness: eventAge(metrics, {
    name: 'source_freshness_seconds',
    help: 'Age, by its own time, of the newest event that Kafka has acknowledged; it grows while none comes',
  }),
});

export type SourceMetrics = ReturnType<typeof sourceMetrics>;
