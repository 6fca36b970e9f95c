import { describe, expect, it } from 'vitest';
import { OffsetRuns } from './offset-runs.ts';

describe('runs of offsets', () => {
  it('know which offsets were added, and how many up to another', () => {
    const runs = new OffsetRuns();
    expect([runs.first, runs.last, runs.has(0n), runs.countThrough(9n)]).toEqual([undefined, undefined, false, 0]);
    const added = [3n, 4n, 5n, 9n, 11n, 12n];
    for (const offset of added) runs.add(offset);
    expect([runs.first, runs.last]).toEqual([3n, 12n]);
    for (let offset = 0n; offset < 15n; offset++) {
      expect(runs.has(offset)).toBe(added.includes(offset));
      expect(runs.countThrough(offset)).toBe(added.filter((one) => one <= offset).length);
    }
  });

  it('stay small and quick where a mark follows each record', () => {
    const runs = new OffsetRuns();
    expect(runs.bytes).toBe(0);
    const records = 200_000;
    for (let n = 0; n < records; n++) runs.add(BigInt(n) * 2n);
    // Twice what is needed at most, as it grows by doubling.
    expect(runs.bytes).toBeLessThanOrEqual(records * 32);
    let found = 0;
    // Linear, these were 40 billion steps.
    for (let n = 0; n < records; n++) if (runs.has(BigInt(n) * 2n) && !runs.has(BigInt(n) * 2n + 1n)) found++;
    expect(found).toBe(records);
    expect(runs.countThrough(BigInt(records))).toBe(records / 2 + 1);
  });
});
