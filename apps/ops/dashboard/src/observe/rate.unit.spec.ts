import { expect, it } from 'vitest';
import { rate } from './rate.ts';

it('is the growth over the window, and unknown from one value', () => {
  const pace = rate(10_000);
  pace.add(100, 0);
  expect(pace.perSecond).toBeUndefined();
  expect(pace.grewMs).toBeUndefined();
  pace.add(120, 2_000);
  expect(pace.perSecond).toBe(10);
  for (let atMs = 4_000; atMs <= 20_000; atMs += 2_000) pace.add(120, atMs);
  expect(pace.perSecond).toBe(0);
  expect(pace.grewMs).toBe(2_000);
});

it('starts again where a process was restarted and counts from 0', () => {
  const pace = rate(10_000);
  pace.add(1_000, 0);
  pace.add(1_010, 1_000);
  pace.add(5, 2_000);
  expect(pace.perSecond).toBeUndefined();
  pace.add(15, 4_000);
  expect(pace.perSecond).toBe(5);
});
