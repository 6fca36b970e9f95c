import { expect, it } from 'vitest';
import { waitMs, WaitingLadders } from './waiting-ladders.ts';

const ladder = (trouble: Parameters<typeof waitMs>[0], tries: number[]) => tries.map((count) => waitMs(trouble, count));

it('after network errors rises by 250 ms to 16 s', () =>
  expect(ladder('network', [1, 2, 3, 64, 65, 1e6])).toEqual([250, 500, 750, 16_000, 16_000, 16_000]));
it('after HTTP errors doubles from 5 s to 320 s', () =>
  expect(ladder('http', [1, 2, 3, 7, 8, 1e6])).toEqual([5_000, 10_000, 20_000, 320_000, 320_000, 320_000]));
it('after 429 doubles from a minute', () =>
  expect(ladder('rate-limit', [1, 2, 3, 1e6])).toEqual([60_000, 120_000, 240_000, 900_000]));

it('waits until X lifts its limit, where it says when, and a second longer', () => {
  const ladders = new WaitingLadders();
  expect(ladders.after({ trouble: 'rate-limit', resetMs: 500_000 }, 490_000)).toBe(11_000);
  expect(ladders.after({ trouble: 'rate-limit', resetMs: 500_000 }, 700_000)).toBe(1_000);
  // The ladder was climbed meanwhile.
  expect(ladders.after({ trouble: 'rate-limit' }, 0)).toBe(240_000);
});

it('begins again after a success, and is climbed for each trouble by itself', () => {
  const ladders = new WaitingLadders();
  expect([ladders.next('network'), ladders.next('http'), ladders.next('network')]).toEqual([250, 5_000, 500]);
  ladders.reset();
  expect([ladders.next('network'), ladders.next('http')]).toEqual([250, 5_000]);
});
