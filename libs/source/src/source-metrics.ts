import type { Metrics } from '@sluice/telemetry';

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
  freshness: metrics.gauge({
    name: 'source_freshness_seconds',
    help: 'Age of the newest acknowledged event when Kafka had it',
    labelNames: ['topic'],
  }),
});
