import { expect, it } from 'vitest';
import { idHash, LongSet, placeLong } from './long-set.ts';

it('has what was added, and nothing else, also after it has grown', () => {
  const set = new LongSet();
  const member = (n: number) => (n % 2 === 0 ? idHash(`id-${n}`) : placeLong(n % 7, BigInt(n)));
  for (let n = 0; n < 10_000; n++) expect(set.add(member(n))).toBe(true);
  expect(set.size).toBe(10_000);
  for (let n = 0; n < 10_000; n++) expect(set.add(member(n))).toBe(false);
  for (let n = 10_000; n < 20_000; n++) expect(set.has(member(n))).toBe(false);
});

it('takes zero like any other number', () => {
  const set = new LongSet();
  expect(set.has(0n)).toBe(false);
  expect(set.add(0n)).toBe(true);
  expect(set.add(0n)).toBe(false);
  expect(set.has(0n)).toBe(true);
});

it('tells places of different partitions apart', () => {
  expect(placeLong(1, 5n)).not.toBe(placeLong(2, 5n));
  expect(placeLong(0, 1n << 40n)).not.toBe(placeLong(1, 0n));
});
