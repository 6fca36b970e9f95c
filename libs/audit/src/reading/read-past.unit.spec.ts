import { expect, it } from 'vitest';
import { without } from './read-past.ts';

const range = (from: number, to: number, partition = 0) => ({ partition, from: BigInt(from), to: BigInt(to) });

it.each([
  ['nothing', [], [range(2, 10)]],
  ['what lies within', [range(7, 8), range(4, 6)], [range(2, 4), range(6, 7), range(8, 10)]],
  ['what reaches over its beginning and its end', [range(0, 3), range(9, 12)], [range(3, 9)]],
  ['what lies outside, and in another partition', [range(0, 2), range(10, 12), range(4, 6, 1)], [range(2, 10)]],
  ['what overlaps', [range(3, 7), range(4, 5), range(6, 8)], [range(2, 3), range(8, 10)]],
  ['all of it', [range(0, 20)], []],
])('leaves %s out of a range', (_, skipped, parts) => {
  expect(without(range(2, 10), skipped)).toEqual(parts);
});
