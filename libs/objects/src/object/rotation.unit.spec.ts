import { describe, expect, it } from 'vitest';
import { isComplete, isOfLaterDay, waitMs, type Rotation } from './rotation.ts';

const rotation: Rotation = { objectBytes: 1000, objectRecords: 50, waitMs: 60, smallBytes: 100, smallWaitMs: 600 };
const day = (text: string) => Date.parse(`${text}Z`);
const gathered = (compressedBytes: number, records = 1) => ({
  compressedBytes,
  records,
  firstMs: day('2026-03-05T12:00'),
});

describe('an object', () => {
  it('is complete by bytes or by records', () => {
    expect(isComplete(rotation, gathered(999, 49))).toBe(false);
    expect(isComplete(rotation, gathered(1000, 1))).toBe(true);
    expect(isComplete(rotation, gathered(0, 50))).toBe(true);
  });

  it('waits longer while it is small, so that quiet topics do not make floods of tiny objects', () => {
    expect(waitMs(rotation, gathered(0))).toBe(600);
    expect(waitMs(rotation, gathered(99))).toBe(600);
    expect(waitMs(rotation, gathered(100))).toBe(60);
  });

  it('ends with the first record of a later day in UTC, unless it is small', () => {
    expect(isOfLaterDay(rotation, gathered(100), day('2026-03-05T23:59:59.999'))).toBe(false);
    expect(isOfLaterDay(rotation, gathered(100), day('2026-03-06T00:00'))).toBe(true);
    expect(isOfLaterDay(rotation, gathered(99), day('2026-03-06T00:00'))).toBe(false);
  });

  it('takes records of earlier days, however late', () => {
    expect(isOfLaterDay(rotation, gathered(100), day('2026-03-04T23:59'))).toBe(false);
    expect(isOfLaterDay(rotation, gathered(100), day('1969-01-01T00:00'))).toBe(false);
  });
});
