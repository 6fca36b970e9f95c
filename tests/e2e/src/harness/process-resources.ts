import { readdirSync, readFileSync } from 'node:fs';

/** The peak resident memory of a process. */
export const peakBytes = (pid: number): number =>
  1024 * Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Infinity);

/** How many files, sockets and pipes a process has open. */
export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
