import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Identifies a process. A pid can be reused, a pid with its start time cannot. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks from boot to the start of the process: field 22 of `/proc/<pid>/stat`. */
  startTicks: number;
}

/** Reads the start ticks out of the text of `/proc/<pid>/stat`; undefined for a zombie. */
export function parseStartTicks(stat: string): number | undefined {
  // The second field is the command in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startTicks = Number(fields[19]);
  return state === 'Z' || state === 'X' || !Number.isInteger(startTicks) ? undefined : startTicks;
}

/** The identity of a running process, or undefined when no process has that pid. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const startTicks = parseStartTicks(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return startTicks === undefined ? undefined : { pid, startTicks };
  } catch {
    return undefined;
  }
}

/** Whether the same process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTicks === identity.startTicks;
}

/** All running processes that were started with the variable `name=value` in their environment, or inherited it. */
export function processesWith(name: string, value: string): ProcessIdentity[] {
  const wanted = Buffer.from(`\0${name}=${value}\0`).toString('latin1');
  return processesThat((entry) => `\0${readFileSync(`/proc/${entry}/environ`, 'latin1')}\0`.includes(wanted));
}

/** All running processes that work in a folder. @param folder without symbolic links */
export const processesIn = (folder: string): ProcessIdentity[] =>
  processesThat((entry) => readlinkSync(`/proc/${entry}/cwd`) === folder);

function processesThat(isWanted: (entry: string) => boolean): ProcessIdentity[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        if (!isWanted(entry)) return [];
      } catch {
        return []; // It has ended, or belongs to another user.
      }
      return identify(Number(entry)) ?? [];
    });
}

/**
 * Ends processes and waits until they are gone: SIGTERM, and SIGKILL to what is left after `graceMs`; a grace of 0 kills
 * at once. `find` is called repeatedly, so new children are ended too.
 */
export async function endProcesses(find: () => ProcessIdentity[], graceMs: number): Promise<void> {
  const startedMs = performance.now();
  const signalled = new Set<number>();
  for (;;) {
    const running = find().filter(isAlive);
    if (running.length === 0) return;
    const isOver = performance.now() - startedMs >= graceMs;
    for (const { pid } of running) {
      if (isOver) signal(pid, 'SIGKILL');
      else if (!signalled.has(pid)) signal(pid, 'SIGTERM');
      signalled.add(pid);
    }
    await sleep(isOver ? 20 : 50);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended just before the signal.
  }
}

/** Resident memory of a process in bytes; 0 when it has ended. */
export function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
