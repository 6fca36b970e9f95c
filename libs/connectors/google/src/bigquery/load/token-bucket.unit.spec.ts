import { seededRandom } from '@sluice/random';
import { describe, expect, it } from 'vitest';
import { bucketSize, dayMs, TokenBucket } from './token-bucket.ts';

const quota = { loadsPerDay: 1500, burst: 50, reserve: 150 };
const size = bucketSize(quota);
const noon = Date.parse('2026-03-05T12:00:00Z');

describe('a token bucket', () => {
  it('lets a burst through, and then one load in 66 seconds', () => {
    const bucket = new TokenBucket(size, noon);
    for (let n = 0; n < quota.burst; n++) {
      expect(bucket.waitMs(noon)).toBe(0);
      bucket.take(noon);
    }
    expect(bucket.waitMs(noon)).toBe(Math.ceil(dayMs / 1300));
    expect(bucket.waitMs(noon + 60_000)).toBeGreaterThan(0);
    expect(bucket.waitMs(noon + 67_000)).toBe(0);
  });

  it('lends its reserve to repairs, and wants it back', () => {
    const bucket = new TokenBucket(size, noon);
    for (let n = 0; n < quota.burst + quota.reserve; n++) bucket.take(noon);
    expect(bucket.waitMs(noon, quota.reserve)).toBeGreaterThan(0);
    expect(bucket.waitMs(noon)).toBeGreaterThan(quota.reserve * size.refillMs);
  });

  it('counts the loads of the last day, whoever made them', () => {
    const history = Array.from({ length: 300 }, (_, n) => noon - 300_000 + n * 1000);
    expect(new TokenBucket(size, noon, history).waitMs(noon)).toBeGreaterThan(200 * size.refillMs);
    const old = history.map((at) => at - dayMs);
    expect(
      new TokenBucket(
        size,
        noon,
        old.filter((at) => at > noon - dayMs),
      ).waitMs(noon),
    ).toBe(0);
  });

  it('never passes the quota within any day, with restarts and failures: 200 random weeks', () => {
    const seed = Number(process.env['PROPERTY_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
    process.stdout.write(`PROPERTY_SEED=${seed} token bucket\n`);
    for (let run = 0; run < 200; run++) {
      const draws = seededRandom(seed + run);
      const taken: number[] = [];
      let now = noon;
      let bucket = new TokenBucket(size, now);
      while (now < noon + 3 * dayMs) {
        const isRepair = draws.chance(0.2);
        now += bucket.waitMs(now, isRepair ? quota.reserve : 0);
        bucket.take(now);
        taken.push(now);
        now += draws.whole(0, 120_000);
        if (draws.chance(0.01))
          bucket = new TokenBucket(
            size,
            now,
            taken.filter((at) => at > now - dayMs),
          );
      }
      for (let from = 0, to = 0; to < taken.length; to++) {
        while ((taken[to] ?? 0) - (taken[from] ?? 0) >= dayMs) from++;
        if (to - from + 1 > quota.loadsPerDay) expect.fail(`${to - from + 1} loads within a day`);
      }
    }
  }, 60_000);
});
