import { readdirSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilesystemMetrics, MachineFacts } from '@sluice/contracts';
import { cpuMeter } from '../cpu/cpu-meter.ts';
import type { Host } from '../host.ts';
import { machineFacts } from '../machine-facts.ts';
import { filesystemMetrics } from './filesystem-metrics.ts';
import { parseDiskstats } from './parse/parse-diskstats.ts';
import { parseLoadavg } from './parse/parse-loadavg.ts';
import { parseMeminfo } from './parse/parse-meminfo.ts';
import { type Mount, parseMounts } from './parse/parse-mounts.ts';
import { parseNetDev } from './parse/parse-net-dev.ts';
import { parseStat } from './parse/parse-stat.ts';
import { parseVmstat, type Vmstat } from './parse/parse-vmstat.ts';

/**
 * A Linux host as the proc file system in the folder shows it. Reads files and starts no process, but once for the machine's facts.
 *
 * Files of proc are read synchronously: the kernel writes them from memory, and the way through the thread pool costs
 * more than the read. Only statfs(2) may have to wait for a disk.
 */
export function linuxHost(procFolder: string): Host {
  const meter = cpuMeter();
  let facts: Promise<MachineFacts> | undefined;
  const read = (name: string): string => readFileSync(join(procFolder, name), 'utf8');

  return () => {
    // Files that serve several groups are read once a look.
    const stat = once(() => parseStat(read('stat')));
    const loadavg = once(() => parseLoadavg(read('loadavg')));
    const meminfo = once(() => parseMeminfo(read('meminfo')));
    const vmstat = once(() => readVmstat(read));
    return {
      cpu() {
        const { cpu } = stat();
        if (cpu === null) throw new Error(`${join(procFolder, 'stat')} has no line for the CPU`);
        return meter(cpu);
      },
      kernel() {
        const { contextSwitches, interrupts, softInterrupts, forks, bootTime } = stat();
        return {
          context_switches_total: contextSwitches,
          interrupts_total: interrupts,
          soft_interrupts_total: softInterrupts,
          system_calls_total: null,
          forks_total: forks,
          boot_time: bootTime,
        };
      },
      load: () => loadavg().load,
      memory: () => ({ ...meminfo().memory, ...vmstat().memory }),
      swap: () => ({ ...meminfo().swap, ...vmstat().swap }),
      filesystems: () => measureSpace(parseMounts(read('mounts'))),
      disks: () => parseDiskstats(read('diskstats')),
      network: () => parseNetDev(read('net/dev')),
      processes() {
        const { running, blocked } = stat();
        return {
          process_count: readdirSync(procFolder).filter(isProcess).length,
          thread_count: loadavg().threads,
          running_count: running,
          blocked_count: blocked,
        };
      },
      machine: () => (facts ??= machineFacts()),
    };
  };
}

/** Each process has a folder named by its number; nothing else in proc begins with a digit. */
function isProcess(entry: string): boolean {
  return entry >= '0' && entry < ':';
}

/** Some containers have no vmstat: then its counters are null, and the other gauges remain. */
function readVmstat(read: (name: string) => string): Vmstat {
  try {
    return parseVmstat(read('vmstat'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return parseVmstat('');
    throw error;
  }
}

/** Leaves out a file system that was unmounted meanwhile or that this user may not ask about; fails when all are so. */
async function measureSpace(mounts: readonly Mount[]): Promise<FilesystemMetrics[]> {
  const answers = await Promise.allSettled(
    mounts.map(async (mount) => filesystemMetrics(mount, await statfs(mount.mountPoint))),
  );
  const measured = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  const failure = answers.find((answer) => answer.status === 'rejected');
  if (measured.length === 0 && failure !== undefined) throw failure.reason;
  return measured;
}

function once<T>(read: () => T): () => T {
  let value: { of: T } | undefined;
  return () => (value ??= { of: read() }).of;
}
