import { expect, it } from 'vitest';
import { hash, share } from './hash.ts';

it('is spread evenly, whichever of its numbers changes', () => {
  const variants = [
    (n: number) => share(n, 1, 1, 1),
    (n: number) => share(1, n, 1, 1),
    (n: number) => share(1, 1, n, 1),
    (n: number) => share(1, 1, 1, n),
    (n: number) => share(1, 1, n * 2 ** 32, 1),
  ];
  for (const variant of variants) {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let n = 0; n < 10_000; n++) {
      const tenth = Math.floor(variant(n) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(200);
  }
});

it('has hardly a collision', () => {
  const seen = new Set<number>();
  for (let a = 0; a < 400; a++) for (let b = 0; b < 500; b++) seen.add(hash(7, a, b, 0));
  // As with birthdays: about 5 pairs among 200,000 in 2^32.
  expect(200_000 - seen.size).toBeLessThan(25);
});
