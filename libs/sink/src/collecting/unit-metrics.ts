import { ofRole, unitMetrics as defined, type DeliveryRole, type Metrics } from '@sluice/telemetry';
import type { UnitMemory } from './unit-memory.ts';

/** Why a unit was delivered when it was. */
export type Ended = 'full' | 'time' | 'memory';

/** The metrics of units. @param role begins their names */
export function unitMetrics(metrics: Metrics, role: DeliveryRole, memory: UnitMemory) {
  metrics.gauge({ ...ofRole(role, defined.bytes), collect: (gauge) => gauge.set(memory.bytes) });
  return {
    units: metrics.counter(ofRole(role, defined.units)),
    records: metrics.histogram(ofRole(role, defined.records)),
  };
}

export type UnitMetrics = ReturnType<typeof unitMetrics>;
