import type { CpuReading } from '../../cpu/cpu-meter.ts';
import type { CpuSeconds } from '../../cpu/cpu-percentages.ts';
import { exactCount } from '../../exact-count.ts';

/** The contents of /proc/stat. Null is what the kernel, or the container, leaves out. */
export interface Stat {
  cpu: CpuReading | null;
  contextSwitches: number | null;
  interrupts: number | null;
  softInterrupts: number | null;
  forks: number | null;
  bootTime: Date | null;
  /** Tasks that run or wait for a core. */
  running: number | null;
  /** Tasks that wait for a disk. */
  blocked: number | null;
}

/** Ticks per second in what the kernel shows to programs (USER_HZ): 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** A name, and the ten columns of a CPU: of the interrupts line, which has thousands of columns, only the first matters. */
const COLUMNS = 11;

/** Parses /proc/stat (man proc_stat). */
export function parseStat(text: string): Stat {
  const lines = new Map<string, readonly string[]>();
  for (const line of text.split('\n')) {
    const [name = '', ...columns] = line.split(/ +/, COLUMNS);
    lines.set(name, columns);
  }
  const first = (name: string): number | null => {
    const columns = lines.get(name);
    return columns === undefined ? null : exactCount(columns[0]);
  };
  const bootSeconds = first('btime');
  return {
    cpu: cpuReading(lines),
    contextSwitches: first('ctxt'),
    interrupts: first('intr'),
    softInterrupts: first('softirq'),
    forks: first('processes'),
    bootTime: bootSeconds === null ? null : new Date(bootSeconds * 1000),
    running: first('procs_running'),
    blocked: first('procs_blocked'),
  };
}

function cpuReading(lines: ReadonlyMap<string, readonly string[]>): CpuReading | null {
  const total = lines.get('cpu');
  if (total === undefined) return null;
  const cores = [...lines].flatMap(([name, columns]) => {
    const core = /^cpu(\d+)$/.exec(name)?.[1];
    return core === undefined ? [] : [{ core: Number(core), ...cpuSeconds(columns) }];
  });
  return { total: cpuSeconds(total), cores };
}

/** Kernels before 2.6 have the first four columns, before 2.6.33 eight or nine. */
function cpuSeconds(columns: readonly string[]): CpuSeconds {
  const [user, nice, system, idle, iowait, irq, softirq, steal, guest, guestNice] = columns;
  return {
    user_seconds_total: seconds(user),
    nice_seconds_total: seconds(nice),
    system_seconds_total: seconds(system),
    idle_seconds_total: seconds(idle),
    iowait_seconds_total: optionalSeconds(iowait),
    irq_seconds_total: optionalSeconds(irq),
    softirq_seconds_total: optionalSeconds(softirq),
    steal_seconds_total: optionalSeconds(steal),
    guest_seconds_total: optionalSeconds(guest),
    guest_nice_seconds_total: optionalSeconds(guestNice),
  };
}

function seconds(column: string | undefined): number {
  return exactCount(column) / TICKS_PER_SECOND;
}

function optionalSeconds(column: string | undefined): number | null {
  return column === undefined || column === '' ? null : seconds(column);
}
