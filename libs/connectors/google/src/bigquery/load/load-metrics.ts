import { bigqueryMetrics as defined, type Metrics } from '@sluice/telemetry';
import type { LoadPacing } from './load-pacing.ts';

export type LoadMetrics = ReturnType<typeof loadMetrics>;

/** The metrics about load jobs, in addition to those of every sink. */
export const loadMetrics = (metrics: Metrics) => ({
  jobs: metrics.counter(defined.jobs),
  rows: metrics.counter(defined.rows),
  badRows: metrics.counter(defined.badRows),
  refused: metrics.counter(defined.refused),
  rescued: metrics.counter(defined.rescued),
  gone: metrics.counter(defined.gone),
  conflicts: metrics.counter(defined.conflicts),
  foreign: metrics.counter(defined.foreign),
  pending: metrics.gauge(defined.pending),
  overdue: metrics.gauge(defined.overdue),
});

/** How much of the day's quota each table has used. @param limit what the quota is */
export function quotaMetrics(metrics: Metrics, pacing: Pick<LoadPacing, 'dayJobs'>, limit: number): void {
  metrics.gauge(defined.dayJobsLimit).set(limit);
  metrics.gauge({
    ...defined.dayJobs,
    collect(gauge) {
      gauge.reset();
      for (const [table, jobs] of pacing.dayJobs()) gauge.set({ table }, jobs);
    },
  });
}
