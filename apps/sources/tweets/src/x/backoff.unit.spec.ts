import { expect, it } from 'vitest';
import { waitMs, Backoff } from './backoff.ts';

const waits = (kind: Parameters<typeof waitMs>[0], tries: number[]) => tries.map((count) => waitMs(kind, count));

it('after network errors rises by 250 ms to 16 s', () =>
  expect(waits('network', [1, 2, 3, 64, 65, 1e6])).toEqual([250, 500, 750, 16_000, 16_000, 16_000]));
it('after HTTP errors doubles from 5 s to 320 s', () =>
  expect(waits('http', [1, 2, 3, 7, 8, 1e6])).toEqual([5_000, 10_000, 20_000, 320_000, 320_000, 320_000]));
it('after 429 doubles from a minute', () =>
  expect(waits('rate-limit', [1, 2, 3, 1e6])).toEqual([60_000, 120_000, 240_000, 900_000]));

it('waits until X lifts its limit, where it says when, and a second longer', () => {
  const backoff = new Backoff();
  expect(backoff.after({ kind: 'rate-limit', resetMs: 500_000 }, 490_000)).toBe(11_000);
  expect(backoff.after({ kind: 'rate-limit', resetMs: 500_000 }, 700_000)).toBe(1_000);
  // The tries before count.
  expect(backoff.after({ kind: 'rate-limit' }, 0)).toBe(240_000);
});

it('counts each kind of failure separately, and begins again after a success', () => {
  const backoff = new Backoff();
  expect([backoff.next('network'), backoff.next('http'), backoff.next('network')]).toEqual([250, 5_000, 500]);
  backoff.reset();
  expect([backoff.next('network'), backoff.next('http')]).toEqual([250, 5_000]);
});
