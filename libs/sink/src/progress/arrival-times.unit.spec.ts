import { describe, expect, it } from 'vitest';
import { ArrivalTimes } from './arrival-times.ts';

describe('the arrival times of a partition', () => {
  it('are those of the last look that found the end before the record', () => {
    const times = new ArrivalTimes();
    times.ended(10n, 1_000);
    times.ended(10n, 6_000);
    times.ended(15n, 11_000);
    times.ended(20n, 16_000);
    expect([9n, 10n, 14n, 15n, 19n, 20n, 99n].map((offset) => times.of(offset))).toEqual([
      undefined,
      ...[6_000, 6_000, 11_000, 11_000, 16_000, 16_000],
    ]);
  });

  it('are never too late where looks follow closely', () => {
    const times = new ArrivalTimes();
    for (let n = 0; n < 10; n++) times.ended(BigInt(n), 1_000 + n * 100);
    // Each record n came between the looks n and n + 1.
    for (let n = 0; n < 9; n++) {
      expect(times.of(BigInt(n))).toBeLessThanOrEqual(1_000 + n * 100);
      expect(times.of(BigInt(n))).toBeGreaterThan(1_000 + n * 100 - 300);
    }
  });

  it('of a backlog are those that its records carry, but not later than the first look', () => {
    const times = new ArrivalTimes();
    times.ended(100n, 60_000);
    times.carried(0n, 10_000);
    times.carried(50n, 20_000);
    times.carried(90n, 99_000);
    expect([0n, 49n, 50n, 89n, 90n, 100n].map((offset) => times.of(offset))).toEqual([
      ...[10_000, 10_000, 20_000, 20_000, 60_000, 60_000],
    ]);
  });

  it('of a backlog do not run backwards where a record carries an older time than the one before', () => {
    const times = new ArrivalTimes();
    times.carried(0n, 50_000);
    times.carried(10n, 1_000);
    expect(times.of(10n)).toBe(50_000);
  });

  it('stay few through a long outage, and no later than they were', () => {
    const times = new ArrivalTimes();
    for (let n = 0; n < 20_000; n++) times.ended(BigInt(n), n * 5_000);
    times.forgetBefore(0n);
    for (const offset of [0, 1, 77, 10_000, 19_998]) {
      const atMs = times.of(BigInt(offset)) ?? Infinity;
      expect(atMs).toBeLessThanOrEqual(offset * 5_000);
    }
    // The newest ones are as exact as the looks.
    expect(times.of(19_999n)).toBe(19_999 * 5_000);
  });

  it('before a committed offset are forgotten, but for the one that holds there', () => {
    const times = new ArrivalTimes();
    times.ended(10n, 1_000);
    times.ended(20n, 2_000);
    times.ended(30n, 3_000);
    times.forgetBefore(25n);
    expect([19n, 20n, 25n, 30n].map((offset) => times.of(offset))).toEqual([undefined, 2_000, 2_000, 3_000]);
  });
});
