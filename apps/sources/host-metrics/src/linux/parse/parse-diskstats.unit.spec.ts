import { describe, expect, it } from 'vitest';
import { parseDiskstats } from './parse-diskstats.ts';

// 17 numbers since 5.5: discards and flushes at the end.
const linux6 = `   7       0 loop0 17 0 2 0 0 0 0 0 0 0 0 0 0 0 0 0 0
   1       0 ram0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
 254       0 vda 37704 8157 3548746 41324 8894 41702 2920632 7855 2 12416 49768 6820 62 286800 578 238 10
 254       1 vda1 37000 8157 3548000 41000 8000 41702 2920000 7000 0 12000 49000 6820 62 286800 578 0 0
 253       0 zram0 9 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
 259       0 nvme0n1 100 0 200 300 400 500 600 700 0 800 900 0 0 0 0 0 0
 259       1 nvme0n1p1 10 0 20 30 40 50 60 70 0 80 90 0 0 0 0 0 0
 252       0 dm-1 1 2 3 4 5 6 7 8 9 10 11 0 0 0 0 0 0
 252       1 dm-10 1 2 3 4 5 6 7 8 9 10 11 0 0 0 0 0 0
   9     127 md127 1 2 3 4 5 6 7 8 9 10 11 0 0 0 0 0 0
`;

// 11 numbers until 4.17; partitions had 4 before 2.6.25.
const linux26 = `   8       0 sda 19202 341 600318 114230 26321 29882 449648 213510 0 95210 327750
   8       1 sda1 35486 0 35496 38030
`;

describe('parseDiskstats', () => {
  it('reads requests, bytes and seconds', () => {
    expect(parseDiskstats(linux6)[0]).toEqual({
      device: 'vda',
      reads_total: 37704,
      read_bytes_total: 3548746 * 512,
      read_seconds_total: 41.324,
      writes_total: 8894,
      written_bytes_total: 2920632 * 512,
      write_seconds_total: 7.855,
      in_progress_count: 2,
      io_seconds_total: 12.416,
      weighted_io_seconds_total: 49.768,
    });
  });

  it('leaves out partitions, loop devices and RAM disks', () => {
    const names = parseDiskstats(linux6).map(({ device }) => device);
    expect(names).toEqual(['vda', 'nvme0n1', 'dm-1', 'dm-10', 'md127']);
  });

  it('reads the shorter lines of older kernels', () => {
    expect(parseDiskstats(linux26)).toMatchObject([
      { device: 'sda', reads_total: 19202, weighted_io_seconds_total: 327.75 },
    ]);
  });

  it('keeps a device that is named like a partition when its disk is not there', () => {
    expect(parseDiskstats(linux26.replace('sda ', 'xvda1 ')).map(({ device }) => device)).toEqual(['xvda1']);
  });

  it('reads a name with spaces', () => {
    expect(parseDiskstats(linux26.replace('sda ', 'my disk ')).map(({ device }) => device)).toEqual(['my disk']);
  });

  it('refuses more bytes than a number can hold exactly', () => {
    expect(() => parseDiskstats(linux26.replace('600318', '17592186044416'))).toThrow('not a count below 2^53');
  });

  it('finds no disks in a container that hides them', () => {
    expect(parseDiskstats('')).toEqual([]);
  });
});
