import type { Metrics } from '@sluice/telemetry';
import type { UnitMemory } from './unit-memory.ts';

/** Why a unit was delivered when it was. */
export type Ended = 'full' | 'time' | 'memory';

/** The metrics of units. @param role begins their names */
export function unitMetrics(metrics: Metrics, role: 'sink' | 'processor', memory: UnitMemory) {
  metrics.gauge({
    name: `${role}_unit_bytes`,
    help: 'Memory of all units that are being gathered or delivered',
    collect: (gauge) => gauge.set(memory.bytes),
  });
  return {
    units: metrics.counter({
      name: `${role}_units_total`,
      help: 'Units committed, by what made them be delivered: full, time or memory',
      labelNames: ['topic', 'ended'],
    }),
    records: metrics.histogram({
      name: `${role}_unit_records`,
      help: 'Records in one unit',
      labelNames: ['topic'],
      buckets: [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000],
    }),
  };
}

export type UnitMetrics = ReturnType<typeof unitMetrics>;
