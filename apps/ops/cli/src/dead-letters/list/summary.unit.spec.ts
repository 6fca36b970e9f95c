import { expect, it } from 'vitest';
import { deadLetterSummary } from './summary.ts';

const deadLetter = (reason: string, deadSince = new Date(0)) => ({
  ...{ by: 'gcs', topic: 'tweets', reason, errorClass: 'refused', attempts: 1, firstSeen: new Date(0), deadSince },
});
const groups = (sums: ReturnType<typeof deadLetterSummary>): unknown[] =>
  sums
    .jsonLines()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

it('groups dead letters by cause, the most frequent first', () => {
  const sums = deadLetterSummary();
  sums.add(deadLetter('rare'), 'open');
  sums.add(deadLetter('often', new Date(1_000)), 'open');
  sums.add(deadLetter('often', new Date(3_000)), 'replayed');
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
  const sums = deadLetterSummary();
  for (let n = 0; n < 5_000; n++) sums.add(deadLetter(`document ${n}`), 'open');
  expect(groups(sums)).toHaveLength(1_001);
  expect(groups(sums)[0]).toMatchObject({ reason: '(other reasons)', open: 4_000 });
});
