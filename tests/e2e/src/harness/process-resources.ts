import { readdirSync, readFileSync } from 'node:fs';

/** The most memory that a process has had, as Linux counts it. */
export const peakBytes = (pid: number): number =>
  1024 * Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Infinity);

/** The files, sockets and pipes that a process has open now. */
export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
