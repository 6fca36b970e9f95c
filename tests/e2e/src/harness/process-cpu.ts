import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Linux counts in these: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const ticksPerSecond = 100;

/** Seconds of CPU that a process has used. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name before may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** How much of a core a process uses, in %, over some seconds. */
export async function corePercent(pid: number, seconds: number, signal: AbortSignal): Promise<number> {
  const [before, fromMs] = [cpuSeconds(pid), performance.now()];
  await delay(seconds * 1000, undefined, { signal });
  return (100_000 * (cpuSeconds(pid) - before)) / (performance.now() - fromMs);
}
