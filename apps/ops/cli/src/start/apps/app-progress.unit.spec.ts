import { expect, it } from 'vitest';
import { appProgress } from './app-progress.ts';

const second = 1000;

it('averages the rate over ten seconds, and lowers it while the app does not answer', () => {
  const progress = appProgress();
  for (let at = 0; at <= 20; at++) progress.add({ atMs: at * second, events: at * 5, lag: undefined });
  expect(progress.pace(20 * second)).toEqual({ ratePerSecond: 5, quietMs: 0, behindMs: undefined });
  const later = progress.pace(50 * second);
  expect(later.ratePerSecond).toBeCloseTo(50 / 40);
  expect(later.quietMs).toBe(30 * second);
});

it('has no rate before the second sample, and never a negative one after a restart', () => {
  const progress = appProgress();
  progress.add({ atMs: 0, events: 1_000, lag: 0 });
  expect(progress.pace(0).ratePerSecond).toBeUndefined();
  progress.add({ atMs: second, events: 3, lag: 0 });
  expect(progress.pace(second).ratePerSecond).toBeUndefined();
  progress.add({ atMs: 2 * second, events: 5, lag: 0 });
  expect(progress.pace(2 * second).ratePerSecond).toBe(2);
});

it('is not behind while records are committed soon', () => {
  const progress = appProgress();
  // 100 events a second, committed every five seconds.
  for (let at = 0; at <= 60; at++) {
    const committed = at - (at % 5);
    progress.add({ atMs: at * second, events: committed * 100, lag: (at - committed) * 100 });
    expect(progress.pace(at * second).behindMs).toBeLessThanOrEqual(9 * second);
  }
});

it('is behind for as long as nothing is committed, whatever the lag is', () => {
  const progress = appProgress();
  progress.add({ atMs: 0, events: 100, lag: 0 });
  for (let at = 1; at <= 60; at++) progress.add({ atMs: at * second, events: 100, lag: 20 });
  expect(progress.pace(60 * second).behindMs).toBe(60 * second);
  expect(progress.pace(90 * second).behindMs).toBe(90 * second);
  // And the way back.
  progress.add({ atMs: 91 * second, events: 110, lag: 10 });
  expect(progress.pace(91 * second).behindMs).toBe(91 * second);
  progress.add({ atMs: 92 * second, events: 120, lag: 5 });
  expect(progress.pace(92 * second).behindMs).toBe(second);
  progress.add({ atMs: 93 * second, events: 125, lag: 0 });
  expect(progress.pace(93 * second).behindMs).toBe(0);
});

it('keeps a bounded number of samples through an outage of days', () => {
  const progress = appProgress();
  progress.add({ atMs: 0, events: 1, lag: 0 });
  for (let at = 1; at <= 20_000; at++) progress.add({ atMs: at * second, events: 1, lag: at });
  expect(progress.pace(20_000 * second).behindMs).toBe(20_000 * second);
});
