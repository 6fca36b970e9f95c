import { readFileSync, statSync } from 'node:fs';

const ticksPerSecond = 100;

/**
 * A text that changes while a process works: the length of its log, and its CPU time, if known, in tenths of a second (an idle JVM uses
 * some milliseconds).
 */
export function signsOfWork(pid: number, logFile: string): string {
  const length = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  return `${length} ${Math.floor((cpuTicks(pid) * 10) / ticksPerSecond)}`;
}

/** CPU time in user and kernel mode, fields 14 and 15 of proc_pid_stat(5); the name before them can hold blanks. */
function cpuTicks(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}
