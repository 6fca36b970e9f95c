import { type CpuInfo, cpus, loadavg, networkInterfaces, uptime } from 'node:os';
import type { DiskMetrics, FilesystemMetrics, MachineFacts, NetworkMetrics } from '@sluice/contracts';
import { disksIO, fsSize, fsStats, mem, networkStats, processes, type Systeminformation } from 'systeminformation';
import { cpuMeter, type CpuReading } from './cpu/cpu-meter.ts';
import type { CpuSeconds } from './cpu/cpu-percentages.ts';
import { exactCount } from './exact-count.ts';
import type { Host } from './host.ts';
import { machineFacts } from './machine-facts.ts';
import { percent } from './cpu/percent.ts';

const windows = process.platform === 'win32';

/** What neither system reports about its CPU. */
const unknownSeconds = {
  iowait_seconds_total: null,
  softirq_seconds_total: null,
  steal_seconds_total: null,
  guest_seconds_total: null,
  guest_nice_seconds_total: null,
};

/**
 * A macOS or Windows host, through `systeminformation` and Node's `os`. It starts child processes at every look, and reports less
 * than Linux does: the rest is null. CPU times come from `os`, where `systeminformation` has them from, too, and
 * which gives the counters.
 */
export function systeminformationHost(): Host {
  const meter = cpuMeter();
  const bootTime = new Date(Math.round(Date.now() / 1000 - uptime()) * 1000);
  let facts: Promise<MachineFacts> | undefined;

  return () => {
    let memory: Promise<Systeminformation.MemData> | undefined;
    return {
      cpu: () => meter(cpuReading()),
      kernel: () => ({
        context_switches_total: null,
        interrupts_total: null,
        soft_interrupts_total: null,
        system_calls_total: null,
        forks_total: null,
        boot_time: bootTime,
      }),
      load() {
        if (windows) throw new Error('Windows has no load averages');
        const [one = 0, five = 0, fifteen = 0] = loadavg();
        return { average_1m_tasks: one, average_5m_tasks: five, average_15m_tasks: fifteen };
      },
      async memory() {
        const { total, free, available } = await (memory ??= mem());
        return {
          total_bytes: total,
          free_bytes: free,
          available_bytes: available,
          used_bytes: total - available,
          used_percent: percent(total - available, total),
          buffers_bytes: null,
          cached_bytes: null,
          shared_bytes: null,
          slab_reclaimable_bytes: null,
          slab_unreclaimable_bytes: null,
          dirty_bytes: null,
          writeback_bytes: null,
          committed_bytes: null,
          page_faults_total: null,
          major_page_faults_total: null,
          oom_kills_total: null,
        };
      },
      async swap() {
        const { swaptotal, swapfree, swapused } = await (memory ??= mem());
        return {
          // macOS reports mebibytes with a fraction.
          total_bytes: Math.round(swaptotal),
          free_bytes: Math.round(swapfree),
          used_bytes: Math.round(swapused),
          used_percent: swaptotal === 0 ? null : percent(swapused, swaptotal),
          swapped_in_pages_total: null,
          swapped_out_pages_total: null,
        };
      },
      filesystems: async () => (await fsSize()).filter(isOnADisk).map(filesystemMetrics),
      disks: measureDisks,
      network: measureNetwork,
      async processes() {
        const { all, running, blocked } = await processes();
        return { process_count: all, thread_count: null, running_count: running, blocked_count: blocked };
      },
      machine: () => (facts ??= machineFacts()),
    };
  };
}

function cpuReading(): CpuReading {
  const cores = cpus().map(({ times }, core) => ({ core, ...cpuSeconds(times) }));
  const total = (field: keyof CpuSeconds): number => cores.reduce((sum, core) => sum + (core[field] ?? 0), 0);
  return {
    total: {
      ...unknownSeconds,
      user_seconds_total: total('user_seconds_total'),
      nice_seconds_total: windows ? null : total('nice_seconds_total'),
      system_seconds_total: total('system_seconds_total'),
      idle_seconds_total: total('idle_seconds_total'),
      irq_seconds_total: windows ? total('irq_seconds_total') : null,
    },
    cores,
  };
}

/** From milliseconds. Windows counts interrupts in system time, too, and does not know nice; macOS does not know interrupts. */
function cpuSeconds({ user, nice, sys, idle, irq }: CpuInfo['times']): CpuSeconds {
  return {
    ...unknownSeconds,
    user_seconds_total: user / 1000,
    nice_seconds_total: windows ? null : nice / 1000,
    system_seconds_total: (windows ? sys - irq : sys) / 1000,
    idle_seconds_total: idle / 1000,
    irq_seconds_total: windows ? irq / 1000 : null,
  };
}

/** Drives on Windows (`C:`), devices elsewhere; not `devfs` or a share. */
function isOnADisk({ fs }: Systeminformation.FsSizeData): boolean {
  return fs.startsWith('/dev/') || /^[A-Z]:/.test(fs);
}

function filesystemMetrics({
  mount,
  fs,
  type,
  rw,
  size,
  used,
  available,
}: Systeminformation.FsSizeData): FilesystemMetrics {
  return {
    mount_point: mount,
    device: fs,
    type,
    read_only: rw === null ? null : !rw,
    total_bytes: size,
    free_bytes: available,
    available_bytes: available,
    used_bytes: used,
    used_percent: used + available === 0 ? null : percent(used, used + available),
    total_inodes: null,
    free_inodes: null,
  };
}

/** The sum of all disks; there are no figures for each. On Windows there is no sum either: both answers are null against their types. */
async function measureDisks(): Promise<DiskMetrics[]> {
  const answers = Promise.all([disksIO(), fsStats()]);
  const [requests, bytes]: [Systeminformation.DisksIoData | null, Systeminformation.FsStatsData | null] = await answers;
  if (requests === null) throw new Error('this system does not report what its disks do');
  return [
    {
      device: 'all',
      reads_total: exactCount(requests.rIO),
      read_bytes_total: bytes === null ? null : exactCount(bytes.rx),
      read_seconds_total: null,
      writes_total: exactCount(requests.wIO),
      written_bytes_total: bytes === null ? null : exactCount(bytes.wx),
      write_seconds_total: null,
      in_progress_count: null,
      io_seconds_total: null,
      weighted_io_seconds_total: null,
    },
  ];
}

async function measureNetwork(): Promise<NetworkMetrics[]> {
  const loopback = new Set(
    Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
      addresses?.some(({ internal }) => internal) ? [name] : [],
    ),
  );
  const interfaces = await networkStats('*');
  return interfaces
    .filter(({ iface }) => !loopback.has(iface))
    .map((traffic) => ({
      interface: traffic.iface,
      received_bytes_total: exactCount(traffic.rx_bytes),
      received_packets_total: null,
      receive_errors_total: exactCount(traffic.rx_errors),
      receive_drops_total: exactCount(traffic.rx_dropped),
      sent_bytes_total: exactCount(traffic.tx_bytes),
      sent_packets_total: null,
      send_errors_total: exactCount(traffic.tx_errors),
      send_drops_total: exactCount(traffic.tx_dropped),
    }));
}
