import { expect, it } from 'vitest';
import { parseLoadavg } from './parse-loadavg.ts';

it('reads the averages and the number of threads', () => {
  expect(parseLoadavg('12.09 0.15 0.15 2/1387 5632\n')).toEqual({
    load: { average_1m_tasks: 12.09, average_5m_tasks: 0.15, average_15m_tasks: 0.15 },
    threads: 1387,
  });
});

it.each(['', '0.09 0.15 0.15\n'])('refuses %j, and says so', (text) => {
  expect(() => parseLoadavg(text)).toThrow('not three averages');
});
