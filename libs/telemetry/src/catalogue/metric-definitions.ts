// Every metric of Sluice: its name, its labels and one sentence. docs/metrics.md, the alerts and the Grafana dashboard follow from it.
//
// A name is `<layer>_<noun>_<unit>`. Sinks and processors have the same metrics: `sink_…` and `processor_…`. An app's own begin with the
// app's name. Counters end in `_total`, and times are in seconds. `app` is a label of each.

/** The role of an app that delivers records of Kafka. It begins the names of `deliveryMetrics` and `unitMetrics`. */
export type DeliveryRole = 'sink' | 'processor';

interface Described<L extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly L[];
}
export type CounterDefinition<L extends string> = Described<L> & { readonly kind: 'counter' };
export type GaugeDefinition<L extends string> = Described<L> & { readonly kind: 'gauge' };
export type HistogramDefinition<L extends string> = Described<L> & { readonly kind: 'histogram'; buckets: number[] };
export type MetricDefinition = CounterDefinition<string> | GaugeDefinition<string> | HistogramDefinition<string>;

const counter = <L extends string = never>(
  name: string,
  help: string,
  ...labelNames: readonly L[]
): CounterDefinition<L> => ({ kind: 'counter', name, help, labelNames });

const gauge = <L extends string = never>(
  name: string,
  help: string,
  ...labelNames: readonly L[]
): GaugeDefinition<L> => ({ kind: 'gauge', name, help, labelNames });

const histogram = <L extends string = never>(
  name: string,
  help: string,
  buckets: number[],
  ...labelNames: readonly L[]
): HistogramDefinition<L> => ({ kind: 'histogram', name, help, buckets, labelNames });

const requestSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Of every app. */
export const appMetrics = {
  ready: gauge('app_ready', '1 if the app is ready, as /ready says, else 0'),
  notReady: gauge(
    'app_not_ready_seconds',
    'How long each part that /ready names has not been ready; absent while it is',
    'part',
  ),
  droppedLines: counter(
    'log_lines_dropped_total',
    'Log lines that could not be written: the disk is full, or the reader is gone or too slow',
  ),
};

/** Of every source. */
export const sourceMetrics = {
  events: counter('source_events_total', 'Events that Kafka has acknowledged', 'topic'),
  deadLetters: counter('source_dead_letters_total', 'What went to the dead letters', 'topic'),
  silence: gauge(
    'source_silence_seconds',
    'Time since Kafka last acknowledged an event, or since the start of the app if it has acknowledged none',
    'topic',
  ),
  freshness: gauge(
    'source_freshness_seconds',
    'Age, by its own time, of the newest event that Kafka has acknowledged; it grows while none comes',
    'topic',
  ),
  publishes: histogram(
    'source_publish_seconds',
    'Duration of publishing one chunk, with its retries',
    requestSeconds,
    'topic',
  ),
  replacedSurrogates: counter(
    'source_replaced_surrogates_total',
    'Halves of surrogate pairs in texts from outside that were replaced by U+FFFD',
    'topic',
  ),
};

/** Of every sink and processor. */
export const deliveryMetrics = {
  records: counter('records_total', 'Records by outcome: delivered or rejected (dead-lettered)', 'topic', 'verdict'),
  deadLetters: counter(
    'dead_letters_total',
    'Records that went to the dead letters of their topic, by reason: undecodable, refused or conflict',
    'topic',
    'reason',
  ),
  retries: counter(
    'retries_total',
    'Records that the destination could not take yet, once for each try, by cause: unreachable, timeout, overloaded or other',
    'topic',
    'cause',
  ),
  writes: histogram('write_seconds', 'Duration of one write to the destination', requestSeconds, 'topic'),
  writeRecords: histogram('write_records', 'Records in one write', [1, 10, 100, 1_000, 10_000], 'topic'),
  oldestUncommitted: gauge(
    'oldest_uncommitted_seconds',
    'How long the oldest record that is not committed has been in Kafka; 0 if all records are committed',
    'topic',
    'partition',
  ),
  overdue: gauge(
    'overdue_seconds',
    'The same for the latest partition of a topic, without the time for which the app gathers records on purpose; 0 if in time',
    'topic',
  ),
  lag: gauge(
    'lag_records',
    'Records that are not committed; an estimate while some of them were not read yet, as markers of transactions and aborted records do not count',
    'topic',
    'partition',
  ),
  freshness: gauge(
    'freshness_seconds',
    'Age, by its own time, of the newest event that was delivered; it grows while none is',
    'topic',
  ),
  buffered: gauge('buffered_bytes', 'Records read ahead', 'topic', 'partition'),
  inFlight: gauge('in_flight_bytes', 'Records that were taken to be written and are not committed yet', 'topic'),
  paused: gauge('paused_partitions', 'Partitions that are not read for now, as enough is read ahead', 'topic'),
  blocked: gauge(
    'blocked_partitions',
    '1 for each partition that waits for a person, by reason',
    'topic',
    'partition',
    'reason',
  ),
  lost: counter(
    'lost_records_total',
    'Offsets that Kafka had removed, by retention, before they were delivered',
    'topic',
  ),
  assigned: gauge('assigned_partitions', 'Partitions that this process owns'),
  joins: counter('group_joins_total', 'How often the consumer group was joined: once, and once for each rebalance'),
  rebalances: histogram(
    'rebalance_seconds',
    'Time from losing the partitions to joining the group again',
    [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  ),
  timesFromValue: counter(
    'times_from_value_total',
    'Records whose event time is in the value only: no header sluice-time, no usable Kafka timestamp',
    'topic',
  ),
  substituted: counter(
    'substituted_values_total',
    'Values that the destination cannot take as they are, by field: not_finite (text) or out_of_range (not searchable; null in a row)',
    'topic',
    'field',
    'kind',
  ),
  rescued: counter(
    'rescued_values_total',
    'Records of which the destination has a field, or names of it, only in _sluice, as it refused them in their place, by field',
    'topic',
    'field',
  ),
};

/** Of the sinks elasticsearch and opensearch. */
export const documentMetrics = {
  ignored: gauge(
    'sink_ignored_documents_count',
    'Documents that the cluster does not find by a field, as it cannot index its value (_ignored), by field',
    'topic',
    'field',
  ),
  fields: gauge('sink_index_fields_count', 'Fields in the mapping of the newest index of a topic', 'topic'),
  fieldsLimit: gauge('sink_index_fields_limit', 'Fields that an index of a topic may have', 'topic'),
};

/** Of every sink and processor that collects. */
export const unitMetrics = {
  bytes: gauge('unit_bytes', 'Memory of all units that are being gathered or delivered'),
  units: counter(
    'units_total',
    'Units committed, by what made them be delivered: full, time or memory',
    'topic',
    'ended',
  ),
  records: histogram('unit_records', 'Records in one unit', [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000], 'topic'),
};

export const processorMetrics = {
  outputs: counter(
    'processor_outputs_total',
    'Events made for a topic, counted again where a batch is tried again',
    'topic',
  ),
};

export const bigqueryMetrics = {
  jobs: counter(
    'bigquery_jobs_total',
    'Load jobs by what became of them: loaded or failed; adopted ones included',
    'table',
    'outcome',
  ),
  dayJobs: gauge(
    'bigquery_day_jobs_count',
    'Load jobs of the last 24 hours, as far as this process knows them: all that the account may list',
    'table',
  ),
  dayJobsLimit: gauge('bigquery_day_jobs_limit', 'Load jobs that a table may get in 24 hours: BIGQUERY_LOADS_PER_DAY'),
  rows: counter('bigquery_rows_total', 'Rows that load jobs have added, as BigQuery counts them', 'table'),
  badRows: counter(
    'bigquery_bad_rows_total',
    'Rows that BigQuery left out of jobs that loaded, as BIGQUERY_MAX_BAD_RECORDS allows',
    'table',
  ),
  refused: counter(
    'bigquery_refused_rows_total',
    'Rows that BigQuery refused alone, and that went to the dead letters',
    'table',
  ),
  rescued: counter(
    'bigquery_rescued_values_total',
    'Rows of which the table has a column only in the JSON column _sluice.rescued, as it does not take its value, by column',
    'table',
    'field',
  ),
  gone: counter('bigquery_gone_objects_total', 'Announced objects that were deleted before they were loaded', 'table'),
  conflicts: counter(
    'bigquery_conflicting_objects_total',
    'Announced objects that their table cannot take, and whose announcements went to the dead letters',
    'table',
  ),
  foreign: counter(
    'bigquery_foreign_objects_total',
    'Announced objects that were skipped, as another group than BIGQUERY_OBJECTS_GROUP wrote them',
  ),
  pending: gauge(
    'bigquery_pending_objects_count',
    'Announced objects that are neither loaded nor given up yet',
    'partition',
  ),
  overdue: gauge('bigquery_overdue_jobs_count', 'Load jobs that run longer than BIGQUERY_JOB_TIMEOUT_MS'),
};

/** What an audit counts. All of `auditFaults` make it fail, and so do late records. */
export const auditFaults = [
  'missing',
  'duplicate',
  'changed',
  'unknown',
  'faulty_object',
  'expired',
  'unreadable',
] as const;

/** Of the dashboard, which knows the results of `sluice audit`. */
export const auditMetrics = {
  found: gauge(
    'audit_found_records',
    `What the last audit of a topic at a destination has counted: expected, present, rejected (dead-lettered), late, and the faults ${auditFaults.join(', ')}`,
    'topic',
    'destination',
    'found',
  ),
  ok: gauge(
    'audit_ok',
    '1 if the last audit found each event of the topic at the destination once, unchanged, and nothing else; else 0',
    'topic',
    'destination',
  ),
  age: gauge(
    'audit_age_seconds',
    'Time since the last audit of the topic at the destination began',
    'topic',
    'destination',
  ),
  interval: gauge('audit_interval_seconds', 'How often all is audited: AUDIT_INTERVAL_MS; absent where it is not set'),
  sinceOk: gauge(
    'audit_since_ok_seconds',
    'Time since an audit of all topics began that found no fault, or since the start of the dashboard if there was none; absent without AUDIT_INTERVAL_MS',
  ),
};

export const tweetsMetrics = {
  connected: gauge('tweets_connected_streams', 'Whether the stream is connected'),
  connects: counter('tweets_connects_total', 'Tries to connect to the stream', 'outcome'),
  duplicates: counter('tweets_duplicates_total', 'Tweets that were delivered again'),
  unreadable: counter('tweets_unreadable_total', 'Lines and posts that are not tweets'),
  gaps: counter('tweets_gaps_total', 'Gaps in the stream', 'reason', 'complete'),
  gapSeconds: counter('tweets_gap_seconds_total', 'Time for which the stream was not read'),
  recovered: counter('tweets_recovered_total', 'Tweets that were missed and recovered afterwards', 'by'),
  posts: gauge('tweets_month_posts', 'Posts that X has delivered this month (UTC)'),
  postsLeft: gauge('tweets_month_posts_left', 'Posts that may still be read this month'),
  replayedLines: counter('tweets_replayed_lines_total', 'Lines of files read', 'outcome'),
  replayed: gauge('tweets_replayed_ratio', 'Share of the files that has been read'),
};

export const iotMetrics = {
  dropped: counter('iot_dropped_messages_total', 'Messages of QoS 0 that came while Kafka had no room'),
  passed: counter(
    'iot_passed_messages_total',
    'Messages without a reading: retained ones that a resumed session has had, and empty ones, which clear a retained one',
    'kind',
  ),
  skipped: counter(
    'iot_skipped_measurements_total',
    'Measurements of simulated devices that were due while the source did not run, or Kafka had no room',
  ),
};

export const hostMetricsMetrics = {
  missed: counter('host_metrics_missed_ticks_total', 'Seconds for which no event was made'),
};

export const videoEventsMetrics = {
  replaced: counter('video_events_replaced_files_total', 'Files that were found emptied or cut short'),
  unreadable: counter(
    'video_events_unreadable_files_total',
    'Files that could not be read, or whose compressed data is incomplete or damaged',
  ),
  waiting: gauge('video_events_waiting_files_count', 'Files that are not read because of VIDEO_EVENTS_MAX_FILES'),
  unmatched: gauge('video_events_unmatched_patterns_count', 'Patterns of VIDEO_EVENTS_FILES that match no file'),
};

export const bucketFilesMetrics = {
  files: counter(
    'bucket_files_files_total',
    'Files that were read to their end, gone before that, or damaged',
    'outcome',
  ),
};

export const simulatorMetrics = {
  sent: gauge('x_simulator_posts_sent', 'Posts that were delivered on the stream'),
};

/** Metrics that belong together in docs/metrics.md. */
export interface MetricGroup {
  readonly title: string;
  readonly metrics: Readonly<Record<string, MetricDefinition>>;
  /** Whether their names begin with the role of the app, `sink_` or `processor_`. */
  readonly byRole?: true;
}

/** All metrics. */
export const metricGroups: readonly MetricGroup[] = [
  { title: 'Every app', metrics: appMetrics },
  { title: 'Sources', metrics: sourceMetrics },
  { title: 'Sinks and processors', metrics: deliveryMetrics, byRole: true },
  { title: 'Sinks and processors that collect', metrics: unitMetrics, byRole: true },
  { title: 'Processors', metrics: processorMetrics },
  { title: 'elasticsearch and opensearch', metrics: documentMetrics },
  { title: 'bigquery', metrics: bigqueryMetrics },
  { title: 'dashboard', metrics: auditMetrics },
  { title: 'tweets', metrics: tweetsMetrics },
  { title: 'iot', metrics: iotMetrics },
  { title: 'host-metrics', metrics: hostMetricsMetrics },
  { title: 'video-events', metrics: videoEventsMetrics },
  { title: 'bucket-files', metrics: bucketFilesMetrics },
  { title: 'x-simulator', metrics: simulatorMetrics },
];

/** A definition of `deliveryMetrics` or `unitMetrics` under the name that it has in an app of a role. */
export const ofRole = <D extends { readonly name: string }>(role: DeliveryRole, definition: D): D => ({
  ...definition,
  name: `${role}_${definition.name}`,
});
