import type { MemoryMetrics, SwapMetrics } from '@sluice/contracts';
import { percent } from '../../cpu/percent.ts';
import { exactCount } from '../../exact-count.ts';

/** The gauges of memory and swap; their counters are in /proc/vmstat. */
export interface Meminfo {
  memory: Omit<MemoryMetrics, `${string}_total`>;
  swap: Omit<SwapMetrics, `${string}_total`>;
}

/** Parses /proc/meminfo (man proc_meminfo). A missing SwapTotal means no swap; memory without MemAvailable is an error. */
export function parseMeminfo(text: string): Meminfo {
  const bytes = new Map<string, number>();
  for (const [, name = '', kibibytes] of text.matchAll(/^(\S+): +(\d+) kB$/gm)) {
    bytes.set(name, exactCount(exactCount(kibibytes) * 1024));
  }
  const required = (name: string): number => {
    const value = bytes.get(name);
    if (value === undefined) throw new Error(`meminfo has no ${name}`);
    return value;
  };
  const optional = (name: string): number | null => bytes.get(name) ?? null;

  const total = required('MemTotal');
  const available = required('MemAvailable');
  const swapTotal = optional('SwapTotal') ?? 0;
  const swapFree = optional('SwapFree') ?? 0;
  return {
    memory: {
      total_bytes: total,
      free_bytes: required('MemFree'),
      available_bytes: available,
      used_bytes: total - available,
      used_percent: percent(total - available, total),
      buffers_bytes: optional('Buffers'),
      cached_bytes: optional('Cached'),
      shared_bytes: optional('Shmem'),
      slab_reclaimable_bytes: optional('SReclaimable'),
      slab_unreclaimable_bytes: optional('SUnreclaim'),
      dirty_bytes: optional('Dirty'),
      writeback_bytes: optional('Writeback'),
      committed_bytes: optional('Committed_AS'),
    },
    swap: {
      total_bytes: swapTotal,
      free_bytes: swapFree,
      used_bytes: swapTotal - swapFree,
      used_percent: swapTotal === 0 ? null : percent(swapTotal - swapFree, swapTotal),
    },
  };
}
