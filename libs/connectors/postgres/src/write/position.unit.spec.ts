import { describe, expect, it } from 'vitest';
import { covering, overlaps } from './position.ts';

const range = (first: number, next: number) => ({ first: BigInt(first), next: BigInt(next) });

describe('the offsets that a group has committed', () => {
  it('grow by what adjoins or overlaps', () => {
    expect(covering(range(10, 20), range(20, 30))).toEqual(range(10, 30));
    expect(covering(range(10, 20), range(15, 30))).toEqual(range(10, 30));
    expect(covering(range(10, 20), range(0, 10))).toEqual(range(0, 20));
    expect(covering(range(10, 20), range(12, 15))).toEqual(range(10, 20));
    expect(covering(range(10, 10), range(10, 15))).toEqual(range(10, 15));
  });

  it('say nothing of a gap', () => {
    expect(covering(range(10, 20), range(21, 30))).toEqual(range(21, 30));
    expect(covering(range(10, 20), range(0, 9))).toEqual(range(0, 9));
  });

  it('overlap where they have an offset in common', () => {
    expect(overlaps(range(10, 20), range(19, 25))).toBe(true);
    expect(overlaps(range(10, 20), range(20, 25))).toBe(false);
    expect(overlaps(range(10, 20), range(5, 10))).toBe(false);
    expect(overlaps(range(10, 10), range(5, 15))).toBe(false);
  });
});
