// Generated from libs/schemas/avro/*.avsc by `npm run generate`: change those, not this.

import { eventContract, type EventContract } from './event-contract.ts';

/** What one host measured about itself at one second. A field that ends in _total is a counter since boot: take its rate. Every other measurement is a gauge: read it as it is. A group that is switched off, or that the host cannot measure, is null. */
export interface HostMetrics {
  /** Name of the host. */
  host: string;
  /** The second of the measurement, exactly. */
  time: Date;
  /** Time from one event of this host to the next, as configured. */
  interval_ms: number;
  /** CPU time, in total and per core. */
  cpu: null | CpuMetrics;
  /** Context switches, interrupts, forks, boot time. */
  kernel: null | KernelMetrics;
  /** Load averages. Null on Windows, which has none. */
  load: null | LoadMetrics;
  /** Main memory. */
  memory: null | MemoryMetrics;
  /** Swap space. */
  swap: null | SwapMetrics;
  /** Space of each file system on a disk of this host, once per device. Pseudo, network and memory file systems and images on loop devices are left out. */
  filesystems: null | readonly FilesystemMetrics[];
  /** Input and output of each whole disk. Partitions, loop devices and RAM disks are left out. */
  disks: null | readonly DiskMetrics[];
  /** Traffic of each network interface but loopback. */
  network: null | readonly NetworkMetrics[];
  /** Process counts. */
  processes: null | ProcessMetrics;
  /** What the machine is. */
  machine: null | MachineFacts;
}

/** CPU time of all logical cores together, and of each. Without guest and guest_nice, which are parts of others, the percentages sum to 100. */
export interface CpuMetrics {
  /** Seconds since boot that all cores together spent in user mode, guests included. */
  user_seconds_total: number;
  /** Seconds since boot that all cores together spent in user mode at low priority (nice). Null where the system does not tell. */
  nice_seconds_total: null | number;
  /** Seconds since boot that all cores together spent in the kernel. */
  system_seconds_total: number;
  /** Seconds since boot that all cores together had nothing to do. */
  idle_seconds_total: number;
  /** Seconds since boot that all cores together had nothing to do while a disk request was outstanding. Null where the system does not tell. */
  iowait_seconds_total: null | number;
  /** Seconds since boot that all cores together served hardware interrupts. Null where the system does not tell. */
  irq_seconds_total: null | number;
  /** Seconds since boot that all cores together served soft interrupts. Null where the system does not tell. */
  softirq_seconds_total: null | number;
  /** Seconds since boot that all cores together wanted to run but the hypervisor ran others. Null where the system does not tell. */
  steal_seconds_total: null | number;
  /** Seconds since boot that all cores together ran a virtual CPU of a guest, which is part of user. Null where the system does not tell. */
  guest_seconds_total: null | number;
  /** Seconds since boot that all cores together ran a virtual CPU of a guest at low priority, which is part of nice. Null where the system does not tell. */
  guest_nice_seconds_total: null | number;
  /** Percent of the time since the previous event that all cores together spent on anything but idle and iowait. Null in the first event after a start, and when a counter went backwards. */
  busy_percent: null | number;
  /** Percent of the time since the previous event that all cores together spent in user mode, guests included. Null like busy_percent. */
  user_percent: null | number;
  /** Percent of the time since the previous event that all cores together spent in user mode at low priority (nice). Null like busy_percent, and where the system does not tell. */
  nice_percent: null | number;
  /** Percent of the time since the previous event that all cores together spent in the kernel. Null like busy_percent. */
  system_percent: null | number;
  /** Percent of the time since the previous event that all cores together had nothing to do. Null like busy_percent. */
  idle_percent: null | number;
  /** Percent of the time since the previous event that all cores together had nothing to do while a disk request was outstanding. Null like busy_percent, and where the system does not tell. */
  iowait_percent: null | number;
  /** Percent of the time since the previous event that all cores together served hardware interrupts. Null like busy_percent, and where the system does not tell. */
  irq_percent: null | number;
  /** Percent of the time since the previous event that all cores together served soft interrupts. Null like busy_percent, and where the system does not tell. */
  softirq_percent: null | number;
  /** Percent of the time since the previous event that all cores together wanted to run but the hypervisor ran others. Null like busy_percent, and where the system does not tell. */
  steal_percent: null | number;
  /** Percent of the time since the previous event that all cores together ran a virtual CPU of a guest, which is part of user. Null like busy_percent, and where the system does not tell. */
  guest_percent: null | number;
  /** Percent of the time since the previous event that all cores together ran a virtual CPU of a guest at low priority, which is part of nice. Null like busy_percent, and where the system does not tell. */
  guest_nice_percent: null | number;
  /** Each logical core that is online. */
  cores: readonly CoreMetrics[];
}

/** One logical core. */
export interface CoreMetrics {
  /** Number of the logical core, as the system counts them from 0. */
  core: number;
  /** Seconds since boot that the core spent in user mode, guests included. */
  user_seconds_total: number;
  /** Seconds since boot that the core spent in user mode at low priority (nice). Null where the system does not tell. */
  nice_seconds_total: null | number;
  /** Seconds since boot that the core spent in the kernel. */
  system_seconds_total: number;
  /** Seconds since boot that the core had nothing to do. */
  idle_seconds_total: number;
  /** Seconds since boot that the core had nothing to do while a disk request was outstanding. Null where the system does not tell. */
  iowait_seconds_total: null | number;
  /** Seconds since boot that the core served hardware interrupts. Null where the system does not tell. */
  irq_seconds_total: null | number;
  /** Seconds since boot that the core served soft interrupts. Null where the system does not tell. */
  softirq_seconds_total: null | number;
  /** Seconds since boot that the core wanted to run but the hypervisor ran others. Null where the system does not tell. */
  steal_seconds_total: null | number;
  /** Seconds since boot that the core ran a virtual CPU of a guest, which is part of user. Null where the system does not tell. */
  guest_seconds_total: null | number;
  /** Seconds since boot that the core ran a virtual CPU of a guest at low priority, which is part of nice. Null where the system does not tell. */
  guest_nice_seconds_total: null | number;
  /** Percent of the time since the previous event that the core spent on anything but idle and iowait. Null in the first event after a start, and when a counter went backwards. */
  busy_percent: null | number;
  /** Percent of the time since the previous event that the core spent in user mode, guests included. Null like busy_percent. */
  user_percent: null | number;
  /** Percent of the time since the previous event that the core spent in user mode at low priority (nice). Null like busy_percent, and where the system does not tell. */
  nice_percent: null | number;
  /** Percent of the time since the previous event that the core spent in the kernel. Null like busy_percent. */
  system_percent: null | number;
  /** Percent of the time since the previous event that the core had nothing to do. Null like busy_percent. */
  idle_percent: null | number;
  /** Percent of the time since the previous event that the core had nothing to do while a disk request was outstanding. Null like busy_percent, and where the system does not tell. */
  iowait_percent: null | number;
  /** Percent of the time since the previous event that the core served hardware interrupts. Null like busy_percent, and where the system does not tell. */
  irq_percent: null | number;
  /** Percent of the time since the previous event that the core served soft interrupts. Null like busy_percent, and where the system does not tell. */
  softirq_percent: null | number;
  /** Percent of the time since the previous event that the core wanted to run but the hypervisor ran others. Null like busy_percent, and where the system does not tell. */
  steal_percent: null | number;
  /** Percent of the time since the previous event that the core ran a virtual CPU of a guest, which is part of user. Null like busy_percent, and where the system does not tell. */
  guest_percent: null | number;
  /** Percent of the time since the previous event that the core ran a virtual CPU of a guest at low priority, which is part of nice. Null like busy_percent, and where the system does not tell. */
  guest_nice_percent: null | number;
}

/** What the kernel counts since boot. */
export interface KernelMetrics {
  /** Context switches since boot, all cores. Null where the system does not tell. */
  context_switches_total: null | number;
  /** Hardware interrupts served since boot. Null where the system does not tell. */
  interrupts_total: null | number;
  /** Soft interrupts served since boot. Null where the system does not tell. */
  soft_interrupts_total: null | number;
  /** System calls since boot. Null where the system does not count them: Linux does not. */
  system_calls_total: null | number;
  /** Processes and threads created since boot. Null where the system does not tell. */
  forks_total: null | number;
  /** When the system booted, to the second. May move by a second when the clock is adjusted. Null where the system does not tell. */
  boot_time: null | Date;
}

/** Load averages: tasks that run, wait for a core, or sleep uninterruptibly, as an exponentially damped mean. */
export interface LoadMetrics {
  /** Load average over 1 minute. */
  average_1m_tasks: number;
  /** Load average over 5 minutes. */
  average_5m_tasks: number;
  /** Load average over 15 minutes. */
  average_15m_tasks: number;
}

/** Main memory. */
export interface MemoryMetrics {
  /** Memory the system can use. */
  total_bytes: number;
  /** Memory that holds nothing at all. */
  free_bytes: number;
  /** Memory that new work can have without swapping: free, and caches that can be dropped. */
  available_bytes: number;
  /** Memory that is not available: total less available. */
  used_bytes: number;
  /** used_bytes as percent of total_bytes. */
  used_percent: number;
  /** Cache of raw disk blocks. Null where the system does not tell. */
  buffers_bytes: null | number;
  /** Cache of files, shared memory and tmpfs included. Null where the system does not tell. */
  cached_bytes: null | number;
  /** Shared memory and tmpfs. Null where the system does not tell. */
  shared_bytes: null | number;
  /** Kernel structures that can be dropped. Null where the system does not tell. */
  slab_reclaimable_bytes: null | number;
  /** Kernel structures that cannot be dropped. Null where the system does not tell. */
  slab_unreclaimable_bytes: null | number;
  /** Changed pages that wait to be written to disk. Null where the system does not tell. */
  dirty_bytes: null | number;
  /** Pages that are being written to disk now. Null where the system does not tell. */
  writeback_bytes: null | number;
  /** Memory promised to processes, used or not. Null where the system does not tell. */
  committed_bytes: null | number;
  /** Page faults since boot, minor and major. Null where the system does not tell. */
  page_faults_total: null | number;
  /** Page faults since boot that had to read from disk. Null where the system does not tell. */
  major_page_faults_total: null | number;
  /** Processes killed since boot because memory ran out. Null where the system does not tell. */
  oom_kills_total: null | number;
}

/** Swap space. */
export interface SwapMetrics {
  /** Swap space there is; 0 without swap. */
  total_bytes: number;
  /** Swap space that is not in use. */
  free_bytes: number;
  /** Swap space in use. */
  used_bytes: number;
  /** used_bytes as percent of total_bytes. Null without swap. */
  used_percent: null | number;
  /** Pages read back from swap since boot. Null where the system does not tell. */
  swapped_in_pages_total: null | number;
  /** Pages written to swap since boot. Null where the system does not tell. */
  swapped_out_pages_total: null | number;
}

/** Space of one mounted file system. */
export interface FilesystemMetrics {
  /** Where it is mounted. */
  mount_point: string;
  /** What is mounted: a device, a ZFS dataset, a drive. */
  device: string;
  /** Type of file system, such as ext4. */
  type: string;
  /** Whether it is mounted read-only. Null where the system does not tell. */
  read_only: null | boolean;
  /** Size. */
  total_bytes: number;
  /** Space nobody uses, the share reserved for root included. */
  free_bytes: number;
  /** Space that ordinary users can still write. */
  available_bytes: number;
  /** Space in use. */
  used_bytes: number;
  /** used_bytes as percent of what is used or available, as df shows it. Null for a file system without size. */
  used_percent: null | number;
  /** Files it can hold. Null where it has no fixed number. */
  total_inodes: null | number;
  /** Files that can still be created. Null where it has no fixed number. */
  free_inodes: null | number;
}

/** Input and output of one whole disk. A stacked device (LVM, RAID) appears beside the disks below it: do not add the two. */
export interface DiskMetrics {
  /** Name of the device, such as sda; "all" where the system gives only the sum. */
  device: string;
  /** Reads completed since boot. */
  reads_total: number;
  /** Bytes read since boot. Null where the system does not tell. */
  read_bytes_total: null | number;
  /** Seconds all reads took together since boot. Null where the system does not tell. */
  read_seconds_total: null | number;
  /** Writes completed since boot. */
  writes_total: number;
  /** Bytes written since boot. Null where the system does not tell. */
  written_bytes_total: null | number;
  /** Seconds all writes took together since boot. Null where the system does not tell. */
  write_seconds_total: null | number;
  /** Requests the disk is working on now. Null where the system does not tell. */
  in_progress_count: null | number;
  /** Seconds during which the disk had anything to do, since boot. Null where the system does not tell. */
  io_seconds_total: null | number;
  /** Seconds all requests waited or worked together, since boot. Null where the system does not tell. */
  weighted_io_seconds_total: null | number;
}

/** Traffic of one network interface; the loopback interface is left out. */
export interface NetworkMetrics {
  /** Name of the interface, such as eth0. */
  interface: string;
  /** Bytes received since the interface came up. */
  received_bytes_total: number;
  /** Packets received since the interface came up. Null where the system does not tell. */
  received_packets_total: null | number;
  /** Packets received broken since the interface came up. */
  receive_errors_total: number;
  /** Packets received but dropped since the interface came up. */
  receive_drops_total: number;
  /** Bytes sent since the interface came up. */
  sent_bytes_total: number;
  /** Packets sent since the interface came up. Null where the system does not tell. */
  sent_packets_total: null | number;
  /** Packets that failed to be sent since the interface came up. */
  send_errors_total: number;
  /** Packets dropped instead of sent since the interface came up. */
  send_drops_total: number;
}

/** How many processes there are, and in which state. */
export interface ProcessMetrics {
  /** Processes the source can see; inside a container, those of the container. */
  process_count: number;
  /** Threads of the whole system. Null where the system does not tell. */
  thread_count: null | number;
  /** Tasks that run or wait for a core. Null where the system does not tell. */
  running_count: null | number;
  /** Tasks that wait for a disk. Null where the system does not tell. */
  blocked_count: null | number;
}

/** What the machine is. Read once at start. */
export interface MachineFacts {
  /** Operating system and its version, such as Debian GNU/Linux 13. */
  os: string;
  /** Version of the kernel. */
  kernel: string;
  /** Architecture of the CPU, such as x64. */
  architecture: string;
  /** Maker and model of the CPU. */
  cpu_model: string;
  /** Logical cores at start. */
  logical_core_count: number;
}

/** An object that exists in Cloud Storage: it holds every record of one partition from its first offset to its last, once, and never changes. */
export interface StoredObject {
  /** The bucket that holds it. */
  bucket: string;
  /** Its name in the bucket. */
  name: string;
  /** Topic of the records. */
  topic: string;
  /** Partition of the records. */
  partition: number;
  /** Offset of its first record. */
  first_offset: number;
  /** Offset of its last record. Offsets in between may be missing where Kafka has no record for them, or a record that nobody can read. */
  last_offset: number;
  /** Number of its records. */
  records: number;
  /** Its size. */
  bytes: number;
  /** CRC-32C of its bytes, big-endian, in base64: as Cloud Storage states it. */
  crc32c: string;
  /** Gzip JSON lines, or an Avro container file. */
  format: ObjectFormat;
  /** The registry's id of the schema that its rows have, beside _kafka: the contract's for JSON lines, the producer's for Avro. */
  schema_id: number;
  /** When it was written. */
  created: Date;
}

export type ObjectFormat = "JSON" | "AVRO";

/** What one host measured about itself at one second. A field that ends in _total is a counter since boot: take its rate. Every other measurement is a gauge: read it as it is. A group that is switched off, or that the host cannot measure, is null. */
export const hostMetrics: EventContract<HostMetrics> = eventContract({"type":"record","name":"HostMetrics","namespace":"sluice","doc":"What one host measured about itself at one second. A field that ends in _total is a counter since boot: take its rate. Every other measurement is a gauge: read it as it is. A group that is switched off, or that the host cannot measure, is null.","sluice":{"topic":"host-metrics","key":["host"],"id":["host",{"field":"time","unit":"second"}],"time":"time","rotation":"day","timeZone":"UTC"},"fields":[{"name":"host","type":"string","doc":"Name of the host."},{"name":"time","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"The second of the measurement, exactly."},{"name":"interval_ms","type":"int","doc":"Time from one event of this host to the next, as configured."},{"name":"cpu","type":["null",{"type":"record","name":"CpuMetrics","doc":"CPU time of all logical cores together, and of each. Without guest and guest_nice, which are parts of others, the percentages sum to 100.","fields":[{"name":"user_seconds_total","type":"double","doc":"Seconds since boot that all cores together spent in user mode, guests included.","sluice":{"kind":"counter"}},{"name":"nice_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that all cores together spent in user mode at low priority (nice). Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"system_seconds_total","type":"double","doc":"Seconds since boot that all cores together spent in the kernel.","sluice":{"kind":"counter"}},{"name":"idle_seconds_total","type":"double","doc":"Seconds since boot that all cores together had nothing to do.","sluice":{"kind":"counter"}},{"name":"iowait_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that all cores together had nothing to do while a disk request was outstanding. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"irq_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that all cores together served hardware interrupts. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"softirq_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that all cores together served soft interrupts. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"steal_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that all cores together wanted to run but the hypervisor ran others. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"guest_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that all cores together ran a virtual CPU of a guest, which is part of user. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"guest_nice_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that all cores together ran a virtual CPU of a guest at low priority, which is part of nice. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"busy_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together spent on anything but idle and iowait. Null in the first event after a start, and when a counter went backwards.","sluice":{"kind":"gauge"}},{"name":"user_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together spent in user mode, guests included. Null like busy_percent.","sluice":{"kind":"gauge"}},{"name":"nice_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together spent in user mode at low priority (nice). Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"system_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together spent in the kernel. Null like busy_percent.","sluice":{"kind":"gauge"}},{"name":"idle_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together had nothing to do. Null like busy_percent.","sluice":{"kind":"gauge"}},{"name":"iowait_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together had nothing to do while a disk request was outstanding. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"irq_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together served hardware interrupts. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"softirq_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together served soft interrupts. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"steal_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together wanted to run but the hypervisor ran others. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"guest_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together ran a virtual CPU of a guest, which is part of user. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"guest_nice_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together ran a virtual CPU of a guest at low priority, which is part of nice. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"cores","type":{"type":"array","items":{"type":"record","name":"CoreMetrics","doc":"One logical core.","fields":[{"name":"core","type":"int","doc":"Number of the logical core, as the system counts them from 0."},{"name":"user_seconds_total","type":"double","doc":"Seconds since boot that the core spent in user mode, guests included.","sluice":{"kind":"counter"}},{"name":"nice_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that the core spent in user mode at low priority (nice). Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"system_seconds_total","type":"double","doc":"Seconds since boot that the core spent in the kernel.","sluice":{"kind":"counter"}},{"name":"idle_seconds_total","type":"double","doc":"Seconds since boot that the core had nothing to do.","sluice":{"kind":"counter"}},{"name":"iowait_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that the core had nothing to do while a disk request was outstanding. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"irq_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that the core served hardware interrupts. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"softirq_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that the core served soft interrupts. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"steal_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that the core wanted to run but the hypervisor ran others. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"guest_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that the core ran a virtual CPU of a guest, which is part of user. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"guest_nice_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that the core ran a virtual CPU of a guest at low priority, which is part of nice. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"busy_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core spent on anything but idle and iowait. Null in the first event after a start, and when a counter went backwards.","sluice":{"kind":"gauge"}},{"name":"user_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core spent in user mode, guests included. Null like busy_percent.","sluice":{"kind":"gauge"}},{"name":"nice_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core spent in user mode at low priority (nice). Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"system_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core spent in the kernel. Null like busy_percent.","sluice":{"kind":"gauge"}},{"name":"idle_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core had nothing to do. Null like busy_percent.","sluice":{"kind":"gauge"}},{"name":"iowait_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core had nothing to do while a disk request was outstanding. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"irq_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core served hardware interrupts. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"softirq_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core served soft interrupts. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"steal_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core wanted to run but the hypervisor ran others. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"guest_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core ran a virtual CPU of a guest, which is part of user. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"guest_nice_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core ran a virtual CPU of a guest at low priority, which is part of nice. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}}]}},"doc":"Each logical core that is online.","sluice":{"nested":true}}]}],"default":null,"doc":"CPU time, in total and per core."},{"name":"kernel","type":["null",{"type":"record","name":"KernelMetrics","doc":"What the kernel counts since boot.","fields":[{"name":"context_switches_total","type":["null","long"],"default":null,"doc":"Context switches since boot, all cores. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"interrupts_total","type":["null","long"],"default":null,"doc":"Hardware interrupts served since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"soft_interrupts_total","type":["null","long"],"default":null,"doc":"Soft interrupts served since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"system_calls_total","type":["null","long"],"default":null,"doc":"System calls since boot. Null where the system does not count them: Linux does not.","sluice":{"kind":"counter"}},{"name":"forks_total","type":["null","long"],"default":null,"doc":"Processes and threads created since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"boot_time","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"When the system booted, to the second. May move by a second when the clock is adjusted. Null where the system does not tell."}]}],"default":null,"doc":"Context switches, interrupts, forks, boot time."},{"name":"load","type":["null",{"type":"record","name":"LoadMetrics","doc":"Load averages: tasks that run, wait for a core, or sleep uninterruptibly, as an exponentially damped mean.","fields":[{"name":"average_1m_tasks","type":"double","doc":"Load average over 1 minute.","sluice":{"kind":"gauge"}},{"name":"average_5m_tasks","type":"double","doc":"Load average over 5 minutes.","sluice":{"kind":"gauge"}},{"name":"average_15m_tasks","type":"double","doc":"Load average over 15 minutes.","sluice":{"kind":"gauge"}}]}],"default":null,"doc":"Load averages. Null on Windows, which has none."},{"name":"memory","type":["null",{"type":"record","name":"MemoryMetrics","doc":"Main memory.","fields":[{"name":"total_bytes","type":"long","doc":"Memory the system can use.","sluice":{"kind":"gauge"}},{"name":"free_bytes","type":"long","doc":"Memory that holds nothing at all.","sluice":{"kind":"gauge"}},{"name":"available_bytes","type":"long","doc":"Memory that new work can have without swapping: free, and caches that can be dropped.","sluice":{"kind":"gauge"}},{"name":"used_bytes","type":"long","doc":"Memory that is not available: total less available.","sluice":{"kind":"gauge"}},{"name":"used_percent","type":"double","doc":"used_bytes as percent of total_bytes.","sluice":{"kind":"gauge"}},{"name":"buffers_bytes","type":["null","long"],"default":null,"doc":"Cache of raw disk blocks. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"cached_bytes","type":["null","long"],"default":null,"doc":"Cache of files, shared memory and tmpfs included. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"shared_bytes","type":["null","long"],"default":null,"doc":"Shared memory and tmpfs. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"slab_reclaimable_bytes","type":["null","long"],"default":null,"doc":"Kernel structures that can be dropped. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"slab_unreclaimable_bytes","type":["null","long"],"default":null,"doc":"Kernel structures that cannot be dropped. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"dirty_bytes","type":["null","long"],"default":null,"doc":"Changed pages that wait to be written to disk. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"writeback_bytes","type":["null","long"],"default":null,"doc":"Pages that are being written to disk now. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"committed_bytes","type":["null","long"],"default":null,"doc":"Memory promised to processes, used or not. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"page_faults_total","type":["null","long"],"default":null,"doc":"Page faults since boot, minor and major. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"major_page_faults_total","type":["null","long"],"default":null,"doc":"Page faults since boot that had to read from disk. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"oom_kills_total","type":["null","long"],"default":null,"doc":"Processes killed since boot because memory ran out. Null where the system does not tell.","sluice":{"kind":"counter"}}]}],"default":null,"doc":"Main memory."},{"name":"swap","type":["null",{"type":"record","name":"SwapMetrics","doc":"Swap space.","fields":[{"name":"total_bytes","type":"long","doc":"Swap space there is; 0 without swap.","sluice":{"kind":"gauge"}},{"name":"free_bytes","type":"long","doc":"Swap space that is not in use.","sluice":{"kind":"gauge"}},{"name":"used_bytes","type":"long","doc":"Swap space in use.","sluice":{"kind":"gauge"}},{"name":"used_percent","type":["null","double"],"default":null,"doc":"used_bytes as percent of total_bytes. Null without swap.","sluice":{"kind":"gauge"}},{"name":"swapped_in_pages_total","type":["null","long"],"default":null,"doc":"Pages read back from swap since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"swapped_out_pages_total","type":["null","long"],"default":null,"doc":"Pages written to swap since boot. Null where the system does not tell.","sluice":{"kind":"counter"}}]}],"default":null,"doc":"Swap space."},{"name":"filesystems","type":["null",{"type":"array","items":{"type":"record","name":"FilesystemMetrics","doc":"Space of one mounted file system.","fields":[{"name":"mount_point","type":"string","doc":"Where it is mounted."},{"name":"device","type":"string","doc":"What is mounted: a device, a ZFS dataset, a drive."},{"name":"type","type":"string","doc":"Type of file system, such as ext4."},{"name":"read_only","type":["null","boolean"],"default":null,"doc":"Whether it is mounted read-only. Null where the system does not tell."},{"name":"total_bytes","type":"long","doc":"Size.","sluice":{"kind":"gauge"}},{"name":"free_bytes","type":"long","doc":"Space nobody uses, the share reserved for root included.","sluice":{"kind":"gauge"}},{"name":"available_bytes","type":"long","doc":"Space that ordinary users can still write.","sluice":{"kind":"gauge"}},{"name":"used_bytes","type":"long","doc":"Space in use.","sluice":{"kind":"gauge"}},{"name":"used_percent","type":["null","double"],"default":null,"doc":"used_bytes as percent of what is used or available, as df shows it. Null for a file system without size.","sluice":{"kind":"gauge"}},{"name":"total_inodes","type":["null","long"],"default":null,"doc":"Files it can hold. Null where it has no fixed number.","sluice":{"kind":"gauge"}},{"name":"free_inodes","type":["null","long"],"default":null,"doc":"Files that can still be created. Null where it has no fixed number.","sluice":{"kind":"gauge"}}]}}],"default":null,"doc":"Space of each file system on a disk of this host, once per device. Pseudo, network and memory file systems and images on loop devices are left out.","sluice":{"nested":true}},{"name":"disks","type":["null",{"type":"array","items":{"type":"record","name":"DiskMetrics","doc":"Input and output of one whole disk. A stacked device (LVM, RAID) appears beside the disks below it: do not add the two.","fields":[{"name":"device","type":"string","doc":"Name of the device, such as sda; \"all\" where the system gives only the sum."},{"name":"reads_total","type":"long","doc":"Reads completed since boot.","sluice":{"kind":"counter"}},{"name":"read_bytes_total","type":["null","long"],"default":null,"doc":"Bytes read since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"read_seconds_total","type":["null","double"],"default":null,"doc":"Seconds all reads took together since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"writes_total","type":"long","doc":"Writes completed since boot.","sluice":{"kind":"counter"}},{"name":"written_bytes_total","type":["null","long"],"default":null,"doc":"Bytes written since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"write_seconds_total","type":["null","double"],"default":null,"doc":"Seconds all writes took together since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"in_progress_count","type":["null","long"],"default":null,"doc":"Requests the disk is working on now. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"io_seconds_total","type":["null","double"],"default":null,"doc":"Seconds during which the disk had anything to do, since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"weighted_io_seconds_total","type":["null","double"],"default":null,"doc":"Seconds all requests waited or worked together, since boot. Null where the system does not tell.","sluice":{"kind":"counter"}}]}}],"default":null,"doc":"Input and output of each whole disk. Partitions, loop devices and RAM disks are left out.","sluice":{"nested":true}},{"name":"network","type":["null",{"type":"array","items":{"type":"record","name":"NetworkMetrics","doc":"Traffic of one network interface; the loopback interface is left out.","fields":[{"name":"interface","type":"string","doc":"Name of the interface, such as eth0."},{"name":"received_bytes_total","type":"long","doc":"Bytes received since the interface came up.","sluice":{"kind":"counter"}},{"name":"received_packets_total","type":["null","long"],"default":null,"doc":"Packets received since the interface came up. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"receive_errors_total","type":"long","doc":"Packets received broken since the interface came up.","sluice":{"kind":"counter"}},{"name":"receive_drops_total","type":"long","doc":"Packets received but dropped since the interface came up.","sluice":{"kind":"counter"}},{"name":"sent_bytes_total","type":"long","doc":"Bytes sent since the interface came up.","sluice":{"kind":"counter"}},{"name":"sent_packets_total","type":["null","long"],"default":null,"doc":"Packets sent since the interface came up. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"send_errors_total","type":"long","doc":"Packets that failed to be sent since the interface came up.","sluice":{"kind":"counter"}},{"name":"send_drops_total","type":"long","doc":"Packets dropped instead of sent since the interface came up.","sluice":{"kind":"counter"}}]}}],"default":null,"doc":"Traffic of each network interface but loopback.","sluice":{"nested":true}},{"name":"processes","type":["null",{"type":"record","name":"ProcessMetrics","doc":"How many processes there are, and in which state.","fields":[{"name":"process_count","type":"long","doc":"Processes the source can see; inside a container, those of the container.","sluice":{"kind":"gauge"}},{"name":"thread_count","type":["null","long"],"default":null,"doc":"Threads of the whole system. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"running_count","type":["null","long"],"default":null,"doc":"Tasks that run or wait for a core. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"blocked_count","type":["null","long"],"default":null,"doc":"Tasks that wait for a disk. Null where the system does not tell.","sluice":{"kind":"gauge"}}]}],"default":null,"doc":"Process counts."},{"name":"machine","type":["null",{"type":"record","name":"MachineFacts","doc":"What the machine is. Read once at start.","fields":[{"name":"os","type":"string","doc":"Operating system and its version, such as Debian GNU/Linux 13."},{"name":"kernel","type":"string","doc":"Version of the kernel."},{"name":"architecture","type":"string","doc":"Architecture of the CPU, such as x64."},{"name":"cpu_model","type":"string","doc":"Maker and model of the CPU."},{"name":"logical_core_count","type":"int","doc":"Logical cores at start.","sluice":{"kind":"gauge"}}]}],"default":null,"doc":"What the machine is."}]});

/** An object that exists in Cloud Storage: it holds every record of one partition from its first offset to its last, once, and never changes. */
export const storedObject: EventContract<StoredObject> = eventContract({"type":"record","name":"StoredObject","namespace":"sluice","doc":"An object that exists in Cloud Storage: it holds every record of one partition from its first offset to its last, once, and never changes.","sluice":{"topic":"objects","internal":true,"key":["topic"],"id":["name"],"time":"created","rotation":"month"},"fields":[{"name":"bucket","type":"string","doc":"The bucket that holds it."},{"name":"name","type":"string","doc":"Its name in the bucket."},{"name":"topic","type":"string","doc":"Topic of the records."},{"name":"partition","type":"int","doc":"Partition of the records."},{"name":"first_offset","type":"long","doc":"Offset of its first record."},{"name":"last_offset","type":"long","doc":"Offset of its last record. Offsets in between may be missing where Kafka has no record for them, or a record that nobody can read."},{"name":"records","type":"long","doc":"Number of its records."},{"name":"bytes","type":"long","doc":"Its size."},{"name":"crc32c","type":"string","doc":"CRC-32C of its bytes, big-endian, in base64: as Cloud Storage states it."},{"name":"format","type":{"type":"enum","name":"ObjectFormat","symbols":["JSON","AVRO"]},"doc":"Gzip JSON lines, or an Avro container file."},{"name":"schema_id","type":"int","doc":"The registry's id of the schema that its rows have, beside _kafka: the contract's for JSON lines, the producer's for Avro."},{"name":"created","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When it was written."}]});

/** The contracts of the events that come from the world: those that sinks deliver. */
export const contracts: readonly EventContract[] = [hostMetrics];
