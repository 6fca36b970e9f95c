import { setTimeout as delay } from 'node:timers/promises';
import { processorSeconds } from './processor-time.ts';
import type { RateProgram } from './rate-program.ts';
import type { RateReport } from './rate-report.ts';

/** What one program cost over one window. */
export interface WindowResult extends RateReport {
  percentOfCore: number;
  /** The servers' cost in the same window, by name. */
  servers: Readonly<Record<string, number>>;
}

/** Measures programs that run at the same time, over one window. Their order is kept. */
export async function measureWindow(
  programs: readonly RateProgram[],
  servers: Readonly<Record<string, number>>,
  seconds: number,
  signal: AbortSignal,
): Promise<WindowResult[]> {
  const all = [...programs.map(({ pid }) => pid), ...Object.values(servers)];
  const now = () => new Map(all.map((pid) => [pid, processorSeconds(pid)]));
  for (const program of programs) program.begin();
  const [startedMs, before] = [performance.now(), now()];
  await delay(seconds * 1000, undefined, { signal });
  const [after, elapsed] = [now(), (performance.now() - startedMs) / 1000];
  const percent = (pid: number) => (((after.get(pid) ?? 0) - (before.get(pid) ?? 0)) / elapsed) * 100;
  const serverPercents = Object.fromEntries(Object.entries(servers).map(([name, pid]) => [name, percent(pid)]));
  const percents = programs.map(({ pid }) => percent(pid));
  const reports = await Promise.all(programs.map((program) => program.end()));
  return reports.map((report, index) => ({
    ...report,
    percentOfCore: percents[index] ?? Number.NaN,
    servers: serverPercents,
  }));
}
