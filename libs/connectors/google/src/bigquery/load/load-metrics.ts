import type { Metrics } from '@sluice/telemetry';

export type LoadMetrics = ReturnType<typeof loadMetrics>;

/** The metrics about load jobs, in addition to those of every sink. */
export function loadMetrics(metrics: Metrics) {
  return {
    jobs: metrics.counter({
      name: 'bigquery_jobs_total',
      help: 'Load jobs by what became of them: loaded or failed; adopted ones included',
      labelNames: ['table', 'outcome'],
    }),
    rows: metrics.counter({
      name: 'bigquery_rows_total',
      help: 'Rows that load jobs have added, as BigQuery counts them',
      labelNames: ['table'],
    }),
    badRows: metrics.counter({
      name: 'bigquery_bad_rows_total',
      help: 'Rows that BigQuery left out of jobs that loaded, as BIGQUERY_MAX_BAD_RECORDS allows',
      labelNames: ['table'],
    }),
    refused: metrics.counter({
      name: 'bigquery_refused_rows_total',
      help: 'Rows that BigQuery refused alone, and that went to the dead letters',
      labelNames: ['table'],
    }),
    gone: metrics.counter({
      name: 'bigquery_gone_objects_total',
      help: 'Announced objects that were deleted before they were loaded',
      labelNames: ['table'],
    }),
    conflicts: metrics.counter({
      name: 'bigquery_conflicting_objects_total',
      help: 'Announced objects that their table cannot take, and whose announcements went to the dead letters',
      labelNames: ['table'],
    }),
    foreign: metrics.counter({
      name: 'bigquery_foreign_objects_total',
      help: 'Announced objects that were skipped, as another group than BIGQUERY_OBJECTS_GROUP wrote them',
    }),
    pending: metrics.gauge({
      name: 'bigquery_pending_objects_count',
      help: 'Objects that were announced and are not settled yet',
      labelNames: ['partition'],
    }),
    overdue: metrics.gauge({
      name: 'bigquery_overdue_jobs_count',
      help: 'Load jobs that run longer than BIGQUERY_JOB_TIMEOUT_MS',
    }),
  };
}
