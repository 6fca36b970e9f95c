import { appMetrics } from '../catalogue/metric-definitions.ts';
import type { Health } from './health.ts';
import type { Metrics } from './metrics.ts';

/** Shows in the metrics what `/ready` says. */
export function healthMetrics(metrics: Metrics, health: Health): void {
  metrics.gauge({ ...appMetrics.ready, collect: (gauge) => gauge.set(health.state.ready ? 1 : 0) });
  metrics.gauge({
    ...appMetrics.notReady,
    collect(gauge) {
      gauge.reset();
      // The clock of this machine may have been set back.
      for (const [part, since] of Object.entries(health.state.since))
        gauge.set({ part }, Math.max(0, Date.now() - Date.parse(since)) / 1000);
    },
  });
}
