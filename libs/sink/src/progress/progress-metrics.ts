import { deliveryMetrics, ofRole, type DeliveryRole, type Metrics } from '@sluice/telemetry';
import type { PartitionProgress } from './partition-progress.ts';

/**
 * The metrics of partitions, asked when they are read: nothing is counted while records flow, and nothing stands still while none do.
 *
 * @param partitions those that this process has, at any time
 * @param gathersMs for how long the app gathers records on purpose
 */
export function progressMetrics(
  metrics: Metrics,
  role: DeliveryRole,
  partitions: ReadonlySet<PartitionProgress>,
  gathersMs: number,
): void {
  const define = <D extends { readonly name: string }>(definition: D): D => ofRole(role, definition);
  const labels = ({ topic, partition }: PartitionProgress) => ({ topic, partition: String(partition) });
  const byTopic = () => Map.groupBy(partitions, ({ topic }) => topic);
  metrics.gauge({
    ...define(deliveryMetrics.lag),
    collect(gauge) {
      gauge.reset();
      for (const one of partitions) if (one.lag !== undefined) gauge.set(labels(one), one.lag);
    },
  });
  metrics.gauge({
    ...define(deliveryMetrics.oldestUncommitted),
    collect(gauge) {
      gauge.reset();
      const nowMs = Date.now();
      for (const one of partitions) {
        const ageMs = one.oldestUncommittedMs(nowMs);
        if (ageMs !== undefined) gauge.set(labels(one), ageMs / 1000);
      }
    },
  });
  metrics.gauge({
    ...define(deliveryMetrics.overdue),
    collect(gauge) {
      gauge.reset();
      const nowMs = Date.now();
      for (const [topic, of] of byTopic()) {
        const oldestMs = Math.max(...of.map((one) => one.oldestUncommittedMs(nowMs) ?? 0));
        gauge.set({ topic }, Math.max(0, oldestMs - gathersMs) / 1000);
      }
    },
  });
  metrics.gauge({
    ...define(deliveryMetrics.buffered),
    collect(gauge) {
      gauge.reset();
      for (const one of partitions) gauge.set(labels(one), one.aheadBytes);
    },
  });
  metrics.gauge({
    ...define(deliveryMetrics.inFlight),
    collect(gauge) {
      gauge.reset();
      for (const [topic, of] of byTopic())
        gauge.set(
          { topic },
          of.reduce((sum, { heldBytes, aheadBytes }) => sum + heldBytes - aheadBytes, 0),
        );
    },
  });
  metrics.gauge({
    ...define(deliveryMetrics.paused),
    collect(gauge) {
      gauge.reset();
      for (const [topic, of] of byTopic()) gauge.set({ topic }, of.filter(({ isPaused }) => isPaused).length);
    },
  });
}
