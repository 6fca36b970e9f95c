import { eventAge, type Metrics } from '@sluice/telemetry';

/** The metrics of every sink and processor. @param role begins their names */
export function sinkMetrics(metrics: Metrics, role: 'sink' | 'processor' = 'sink') {
  return {
    records: metrics.counter({
      name: `${role}_records_total`,
      help: 'Records by outcome: delivered or rejected (dead-lettered)',
      labelNames: ['topic', 'verdict'],
    }),
    timesFromValue: metrics.counter({
      name: `${role}_times_from_value_total`,
      help: 'Records whose event time is in the value only: no header sluice-time, no usable Kafka timestamp',
      labelNames: ['topic'],
    }),
    conflicts: metrics.counter({
      name: `${role}_conflicts_total`,
      help: 'Records with the event id of another record at the destination; the rejected ones include them',
      labelNames: ['topic'],
    }),
    substituted: metrics.counter({
      name: `${role}_substituted_values_total`,
      help: 'Values that the destination cannot take as they are, by field: not_finite (text) or out_of_range (not searchable; null in a row)',
      labelNames: ['topic', 'field', 'kind'],
    }),
    retries: metrics.counter({
      name: `${role}_retries_total`,
      help: 'Records that the destination could not take yet',
      labelNames: ['topic'],
    }),
    writes: metrics.histogram({
      name: `${role}_write_seconds`,
      help: 'Duration of one write to the destination',
      labelNames: ['topic'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    }),
    freshness: eventAge(metrics, {
      name: `${role}_freshness_seconds`,
      help: 'Age, by its own time, of the newest event that was delivered; it grows while none is',
    }),
    lag: metrics.gauge({
      name: `${role}_lag_records`,
      help: 'Records between what is committed and the end of the partition, as of the last fetch',
      labelNames: ['topic', 'partition'],
    }),
    buffered: metrics.gauge({
      name: `${role}_buffered_bytes`,
      help: 'Records read ahead',
      labelNames: ['topic', 'partition'],
    }),
    blocked: metrics.gauge({
      name: `${role}_blocked_partitions`,
      help: '1 for each partition that waits for a person, by reason',
      labelNames: ['topic', 'partition', 'reason'],
    }),
    lost: metrics.counter({
      name: `${role}_lost_records_total`,
      help: 'Offsets that Kafka had removed, by retention, before they were delivered',
      labelNames: ['topic'],
    }),
    partitions: metrics.gauge({ name: `${role}_assigned_partitions`, help: 'Partitions that this process owns' }),
    joins: metrics.counter({ name: `${role}_group_joins_total`, help: 'How often the consumer group was joined' }),
  };
}

export type SinkMetrics = ReturnType<typeof sinkMetrics>;
