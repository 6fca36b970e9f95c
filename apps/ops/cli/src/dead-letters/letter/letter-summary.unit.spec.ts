import { expect, it } from 'vitest';
import { letterSummary } from './letter-summary.ts';

const letter = (reason: string, deadSince = new Date(0)) => ({
  ...{ by: 'gcs', topic: 'tweets', reason, errorClass: 'refused', attempts: 1, firstSeen: new Date(0), deadSince },
});
const groups = (sums: ReturnType<typeof letterSummary>): unknown[] =>
  sums
    .jsonLines()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

it('groups letters by what they died of, the most frequent first', () => {
  const sums = letterSummary();
  sums.add(letter('rare'), 'open');
  sums.add(letter('often', new Date(1_000)), 'open');
  sums.add(letter('often', new Date(3_000)), 'replayed');
  expect(groups(sums)).toMatchObject([
    {
      reason: 'often',
      open: 1,
      replayed: 1,
      firstDead: '1970-01-01T00:00:01.000Z',
      lastDead: '1970-01-01T00:00:03.000Z',
    },
    { reason: 'rare', open: 1, replayed: 0 },
  ]);
});

it('counts reasons beyond a thousand together', () => {
  const sums = letterSummary();
  for (let n = 0; n < 5_000; n++) sums.add(letter(`document ${n}`), 'open');
  expect(groups(sums)).toHaveLength(1_001);
  expect(groups(sums)[0]).toMatchObject({ reason: '(other reasons)', open: 4_000 });
});
