import { expect, it } from 'vitest';
import { loadJobId, parseLoadJobId } from './load-job-id.ts';

const id = {
  topic: 'host-metrics',
  partition: 3,
  offset: 9007199254740993n,
  row: 0,
  fingerprint: '0123456789abcdef',
  attempt: 2,
};

it('names a place and an attempt', () => {
  expect(loadJobId(id)).toBe('sluice_host-metrics_3_9007199254740993_0123456789abcdef_2');
  expect(loadJobId({ ...id, row: 17 })).toBe('sluice_host-metrics_3_9007199254740993-17_0123456789abcdef_2');
  expect(loadJobId({ ...id, topic: 'tweets.gaps_x' })).toMatch(/^sluice_tweets-gaps-x_3_/);
});

it('reads back what it named', () => {
  expect(parseLoadJobId(loadJobId(id))).toEqual(id);
  expect(parseLoadJobId(loadJobId({ ...id, row: 17 }))).toEqual({ ...id, row: 17 });
});

it.each([
  '',
  'sluice_x',
  'bqjob_r1_0_0_0123456789abcdef_1',
  'sluice_t_0_0_0123456789abcdeg_1',
  'sluice_t_0_0_0123456789abcdef_1x',
])('takes %j for no id of a load job', (text) => {
  expect(parseLoadJobId(text)).toBeUndefined();
});
