import { expect, it } from 'vitest';
import { waitMs } from './wait.ts';

const at = (clock: string) => Date.parse(`2026-11-21T${clock}Z`);

it.each([
  ['09:00:00.000', 5_000, '09:00:05.000'],
  ['09:00:04.999', 5_000, '09:00:05.000'],
  ['09:00:05.000', 5_000, '09:01:05.000'],
  ['09:00:30.000', 5_000, '09:01:05.000'],
  ['09:00:30.000', 0, '09:01:00.000'],
  ['09:01:00.000', 0, '09:02:00.000'],
  ['09:00:59.998', 59_999, '09:00:59.999'],
])('from %s with %d ms of lateness it waits until %s', (now, latenessMs, until) => {
  expect(waitMs(at(now), latenessMs)).toBe(at(until) - at(now));
});
