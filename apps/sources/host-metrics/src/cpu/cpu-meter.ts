import type { CpuMetrics } from '@sluice/contracts';
import { cpuPercentages, type CpuSeconds } from './cpu-percentages.ts';

/** The CPU counters at one moment. */
export interface CpuReading {
  /** All cores together. */
  total: CpuSeconds;
  cores: readonly (CpuSeconds & { core: number })[];
}

/** Turns readings into metrics: the counters, and the percentages since the reading before. */
export function cpuMeter(): (reading: CpuReading) => CpuMetrics {
  let before: { total?: CpuSeconds; cores: ReadonlyMap<number, CpuSeconds> } = { cores: new Map() };
  return (reading) => {
    const { total, cores } = before;
    before = { total: reading.total, cores: new Map(reading.cores.map((core) => [core.core, core])) };
    return {
      ...reading.total,
      ...cpuPercentages(total, reading.total),
      cores: reading.cores.map((core) => ({ ...core, ...cpuPercentages(cores.get(core.core), core) })),
    };
  };
}
