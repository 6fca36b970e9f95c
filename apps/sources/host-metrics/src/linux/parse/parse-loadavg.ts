import type { LoadMetrics } from '@sluice/contracts';
import { exactCount } from '../../exact-count.ts';

/** The contents of /proc/loadavg. */
export interface Loadavg {
  load: LoadMetrics;
  /** Threads of the whole system. */
  threads: number;
}

/** Parses /proc/loadavg (man proc_loadavg): `0.20 0.18 0.12 1/80 11206`. */
export function parseLoadavg(text: string): Loadavg {
  const match = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) \d+\/(\d+) /.exec(text);
  if (match === null) throw new Error(`loadavg reads "${text.trim()}", not three averages and the counts of threads`);
  const [, one, five, fifteen, threads] = match;
  return {
    load: { average_1m_tasks: Number(one), average_5m_tasks: Number(five), average_15m_tasks: Number(fifteen) },
    threads: exactCount(threads),
  };
}
