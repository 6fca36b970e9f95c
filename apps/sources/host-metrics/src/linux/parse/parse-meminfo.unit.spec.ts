import { describe, expect, it } from 'vitest';
import { parseMeminfo } from './parse-meminfo.ts';

const linux6 = `MemTotal:       24684084 kB
MemFree:        24297152 kB
MemAvailable:   24338972 kB
Buffers:            1948 kB
Cached:           204440 kB
SwapCached:            0 kB
Active:            63308 kB
Active(anon):       1524 kB
SwapTotal:       2097148 kB
SwapFree:        1572861 kB
Dirty:               484 kB
Writeback:            16 kB
Shmem:              8872 kB
Slab:             127640 kB
SReclaimable:     102892 kB
SUnreclaim:        24748 kB
Committed_AS:      55560 kB
HugePages_Total:       0
Hugepagesize:       2048 kB
`;

const sandbox = `MemTotal:        2097152 kB
MemFree:         1048576 kB
MemAvailable:    1048576 kB
Buffers:               0 kB
Cached:            20480 kB
`;

describe('parseMeminfo', () => {
  it('reads memory in bytes', () => {
    expect(parseMeminfo(linux6).memory).toEqual({
      total_bytes: 24684084 * 1024,
      free_bytes: 24297152 * 1024,
      available_bytes: 24338972 * 1024,
      used_bytes: (24684084 - 24338972) * 1024,
      used_percent: 1.4,
      buffers_bytes: 1948 * 1024,
      cached_bytes: 204440 * 1024,
      shared_bytes: 8872 * 1024,
      slab_reclaimable_bytes: 102892 * 1024,
      slab_unreclaimable_bytes: 24748 * 1024,
      dirty_bytes: 484 * 1024,
      writeback_bytes: 16 * 1024,
      committed_bytes: 55560 * 1024,
    });
  });

  it('reads swap in bytes', () => {
    expect(parseMeminfo(linux6).swap).toEqual({
      total_bytes: 2097148 * 1024,
      free_bytes: 1572861 * 1024,
      used_bytes: 524287 * 1024,
      used_percent: 25,
    });
  });

  it('leaves null what a sandbox does not show, and takes missing swap for none', () => {
    const { memory, swap } = parseMeminfo(sandbox);
    expect(memory).toMatchObject({ used_percent: 50, shared_bytes: null, dirty_bytes: null, committed_bytes: null });
    expect(swap).toEqual({ total_bytes: 0, free_bytes: 0, used_bytes: 0, used_percent: null });
  });

  it('says what is missing when memory is not reported', () => {
    expect(() => parseMeminfo('MemTotal: 1024 kB\nMemFree: 512 kB\n')).toThrow('meminfo has no MemAvailable');
  });
});
