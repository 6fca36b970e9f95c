import { expect, it } from 'vitest';
import { nextMonthMs, PostMeter } from './post-meter.ts';

const november = Date.parse('2026-11-30T23:59:59.999Z');
const december = november + 1;

it('counts the posts of a month, and starts over with the next', () => {
  const meter = new PostMeter(undefined, { month: '2026-11', posts: 40 });
  meter.add(2, november);
  expect(meter.at(november)).toEqual({ month: '2026-11', posts: 42 });
  expect(meter.at(december)).toEqual({ month: '2026-12', posts: 0 });
  meter.add(1, december);
  expect(meter.at(december).posts).toBe(1);
  expect(meter.left(december)).toBe(Infinity);
});

it('stops a hundredth below the budget, and at most a thousand', () => {
  expect(new PostMeter(10_000, { month: '2026-11', posts: 9_899 }).left(november)).toBe(1);
  expect(new PostMeter(10_000, { month: '2026-11', posts: 9_900 }).left(november)).toBe(0);
  expect(new PostMeter(1_000_000, undefined).left(november)).toBe(999_000);
});

it('knows when a month ends', () => {
  expect(nextMonthMs(november)).toBe(december);
  expect(nextMonthMs(december)).toBe(Date.parse('2027-01-01T00:00:00Z'));
});
