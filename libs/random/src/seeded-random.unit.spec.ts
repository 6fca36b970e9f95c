import { describe, expect, it } from 'vitest';
import { seededRandom } from './seeded-random.ts';

describe('a seeded random generator', () => {
  it('repeats its draws: recorded runs of tests and made-up input depend on them', () => {
    const { next } = seededRandom(1);
    expect([next(), next(), next()]).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
  });

  it('draws whole numbers within their bounds, and picks every item', () => {
    const { below, whole, pick } = seededRandom(2);
    const draws = Array.from({ length: 300 }, () => [below(3), whole(-1, 1), pick(['a', 'b', 'c'])]);
    const seen = [0, 1, 2].map((column) => [...new Set(draws.map((draw) => draw[column]))].sort());
    expect(seen).toEqual([
      [0, 1, 2],
      [-1, 0, 1],
      ['a', 'b', 'c'],
    ]);
    expect(() => pick([])).toThrow(RangeError);
  });
});
