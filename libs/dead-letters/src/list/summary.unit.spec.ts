import { expect, it } from 'vitest';
import { deadLetterSummary } from './summary.ts';

const deadLetter = (reason: string, deadSince = new Date(0)) => ({
  ...{ by: 'gcs', topic: 'tweets', reason, errorClass: 'refused', attempts: 1, firstSeen: new Date(0), deadSince },
});
it('groups dead letters by cause, the most frequent first', () => {
  const sums = deadLetterSummary();
  sums.add(deadLetter('rare'), 'open');
  sums.add(deadLetter('often', new Date(1_000)), 'open');
  sums.add(deadLetter('often', new Date(3_000)), 'replayed');
  expect(sums.groups()).toMatchObject([
    {
      reason: 'often',
      open: 1,
      replayed: 1,
      firstDead: new Date(1_000),
      lastDead: new Date(3_000),
    },
    { reason: 'rare', open: 1, replayed: 0 },
  ]);
});

it('counts reasons beyond a thousand together', () => {
  const sums = deadLetterSummary();
  for (let n = 0; n < 5_000; n++) sums.add(deadLetter(`document ${n}`), 'open');
  expect(sums.groups()).toHaveLength(1_001);
  expect(sums.groups()[0]).toMatchObject({ reason: '(other reasons)', open: 4_000 });
});
