import type { DiskMetrics } from '@sluice/contracts';
import { exactCount } from '../../exact-count.ts';

/** A sector in /proc/diskstats is 512 bytes, whatever the disk's own is. */
const SECTOR_BYTES = 512;

/** Loop devices and RAM disks, compressed ones included. */
const notADisk = /^(?:loop|z?ram)\d+$/;

/** Major, minor, name, and eleven numbers or more: newer kernels add discards and flushes. */
const lineOfDevice = /^ *\d+ +\d+ +(.+?) +(\d+(?: +\d+){10,}) *$/;

/** Parses /proc/diskstats (kernel documentation, admin-guide/iostats) and leaves out partitions, loop devices and RAM disks. */
export function parseDiskstats(text: string): DiskMetrics[] {
  const devices = new Map<string, readonly string[]>();
  for (const line of text.split('\n')) {
    const [, name, numbers] = lineOfDevice.exec(line) ?? [];
    if (name !== undefined && numbers !== undefined && !notADisk.test(name)) devices.set(name, numbers.split(/ +/));
  }
  return [...devices]
    .filter(([name]) => !devices.has(diskOf(name)))
    .map(([name, numbers]) => diskMetrics(name, numbers));
}

/** The disk a partition would be of: sda for sda1, nvme0n1 for nvme0n1p2. The list of devices says whether there is one. */
function diskOf(name: string): string {
  const [, disk = ''] = /^(.*\d)p\d+$/.exec(name) ?? /^(.*[^\d])\d+$/.exec(name) ?? [];
  return disk;
}

function diskMetrics(device: string, numbers: readonly string[]): DiskMetrics {
  const [reads, , sectorsRead, readMs, writes, , sectorsWritten, writeMs, inProgress, ioMs, weightedMs] = numbers;
  return {
    device,
    reads_total: exactCount(reads),
    read_bytes_total: exactCount(exactCount(sectorsRead) * SECTOR_BYTES),
    read_seconds_total: exactCount(readMs) / 1000,
    writes_total: exactCount(writes),
    written_bytes_total: exactCount(exactCount(sectorsWritten) * SECTOR_BYTES),
    write_seconds_total: exactCount(writeMs) / 1000,
    in_progress_count: exactCount(inProgress),
    io_seconds_total: exactCount(ioMs) / 1000,
    weighted_io_seconds_total: exactCount(weightedMs) / 1000,
  };
}
