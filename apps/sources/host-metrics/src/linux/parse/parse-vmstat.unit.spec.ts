import { expect, it } from 'vitest';
import { parseVmstat } from './parse-vmstat.ts';

it('reads faults, kills and swapping', () => {
  const text =
    'nr_free_pages 6074\npswpin 12\npswpout 34\npgalloc_dma 0\npgfault 15766505\npgmajfault 2407\noom_kill 1\n';
  expect(parseVmstat(text)).toEqual({
    memory: { page_faults_total: 15766505, major_page_faults_total: 2407, oom_kills_total: 1 },
    swap: { swapped_in_pages_total: 12, swapped_out_pages_total: 34 },
  });
});

it('leaves null what the kernel does not count: kills before 4.13, swapping without swap support', () => {
  expect(parseVmstat('pgfault 100\npgmajfault 2\n')).toEqual({
    memory: { page_faults_total: 100, major_page_faults_total: 2, oom_kills_total: null },
    swap: { swapped_in_pages_total: null, swapped_out_pages_total: null },
  });
});
