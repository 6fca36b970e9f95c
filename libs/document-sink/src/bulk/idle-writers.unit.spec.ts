import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { idleWriters } from './idle-writers.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('gives a writer out again while there is work, and lets it go when there is none', () => {
  const writers = idleWriters(1024 * 1024);
  const first = writers.take();
  expect(writers.take()).not.toBe(first);
  for (let n = 0; n < 5; n++) {
    writers.giveBack(first);
    vi.advanceTimersByTime(9_000);
    expect(writers.take()).toBe(first);
  }
  writers.giveBack(first);
  vi.advanceTimersByTime(11_000);
  expect(writers.take()).not.toBe(first);
});

it('does not keep one that grew too large', () => {
  const writers = idleWriters(100_000);
  const large = writers.take();
  large.reserve(200_000);
  writers.giveBack(large);
  expect(writers.take()).not.toBe(large);
});
