import type { MemoryMetrics, SwapMetrics } from '@sluice/contracts';
import { exactCount } from '../../exact-count.ts';

/** The counters of memory and swap. Null is what the kernel does not count. */
export interface Vmstat {
  memory: Pick<MemoryMetrics, 'page_faults_total' | 'major_page_faults_total' | 'oom_kills_total'>;
  swap: Pick<SwapMetrics, 'swapped_in_pages_total' | 'swapped_out_pages_total'>;
}

/** Parses /proc/vmstat (man proc_vmstat). */
export function parseVmstat(text: string): Vmstat {
  // Five of some two hundred lines: cheaper to search for than to take all apart every second.
  const lines = `\n${text}`;
  const count = (name: string): number | null => {
    const start = lines.indexOf(`\n${name} `);
    if (start === -1) return null;
    const digits = start + name.length + 2;
    return exactCount(lines.slice(digits, lines.indexOf('\n', digits)));
  };
  return {
    memory: {
      page_faults_total: count('pgfault'),
      major_page_faults_total: count('pgmajfault'),
      oom_kills_total: count('oom_kill'),
    },
    swap: { swapped_in_pages_total: count('pswpin'), swapped_out_pages_total: count('pswpout') },
  };
}
