import { expect, it } from 'vitest';
import { timeBounds } from './time-bounds.ts';

const last = Date.parse('9999-12-31T23:59:59.999Z');
const first = Date.parse('0001-01-01T00:00:00.000Z');

it('has a millisecond more on either side', () =>
  expect(timeBounds([2_000, 1_000])).toEqual({ from: new Date(999), to: new Date(2_001) }));

it('leaves out times that BigQuery does not hold', () =>
  expect(timeBounds([1_000, last + 1, first - 1])).toEqual({ from: new Date(999), to: new Date(1_001) }));

it('stays within the years 1 to 9999', () =>
  expect(timeBounds([first, last])).toEqual({ from: new Date(first), to: new Date(last) }));

it.each([[[]], [[last + 1]]])('is none of %j', (times) => expect(timeBounds(times)).toBeUndefined());
