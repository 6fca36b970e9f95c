import { deliveryMetrics, eventAge, ofRole, type DeliveryRole, type Metrics } from '@sluice/telemetry';
import type { PartitionProgress } from './progress/partition-progress.ts';
import { progressMetrics } from './progress/progress-metrics.ts';

/**
 * The metrics of every sink and processor.
 *
 * @param role begins their names
 * @param gathersMs for how long the app gathers records on purpose
 */
export function sinkMetrics(metrics: Metrics, role: DeliveryRole = 'sink', gathersMs = 0) {
  const define = <D extends { readonly name: string }>(definition: D): D => ofRole(role, definition);
  /** The partitions that this process has. */
  const partitions = new Set<PartitionProgress>();
  progressMetrics(metrics, role, partitions, gathersMs);
  return {
    partitions,
    records: metrics.counter(define(deliveryMetrics.records)),
    deadLetters: metrics.counter(define(deliveryMetrics.deadLetters)),
    retries: metrics.counter(define(deliveryMetrics.retries)),
    writes: metrics.histogram(define(deliveryMetrics.writes)),
    writeRecords: metrics.histogram(define(deliveryMetrics.writeRecords)),
    freshness: eventAge(metrics, define(deliveryMetrics.freshness)),
    blocked: metrics.gauge(define(deliveryMetrics.blocked)),
    lost: metrics.counter(define(deliveryMetrics.lost)),
    assigned: metrics.gauge(define(deliveryMetrics.assigned)),
    joins: metrics.counter(define(deliveryMetrics.joins)),
    rebalances: metrics.histogram(define(deliveryMetrics.rebalances)),
    timesFromValue: metrics.counter(define(deliveryMetrics.timesFromValue)),
    substituted: metrics.counter(define(deliveryMetrics.substituted)),
    rescued: metrics.counter(define(deliveryMetrics.rescued)),
  };
}

export type SinkMetrics = ReturnType<typeof sinkMetrics>;
