import { expect, it } from 'vitest';
import { timeOfJson } from './time-of-json.ts';
import type { TimeField } from './topic-rules.ts';

const read = (value: unknown, unit: TimeField['unit'] = 'milliseconds', timeZone = 'UTC') =>
  timeOfJson({ at: { it: value } }, { path: ['at', 'it'], unit }, timeZone);
const noon = Date.parse('2026-03-05T12:00:00.123Z');

it.each<[unknown, TimeField['unit']]>([
  [noon, 'milliseconds'],
  [noon / 1000, 'seconds'],
  [noon * 1000 + 999, 'microseconds'],
  ['2026-03-05T12:00:00.123Z', 'seconds'],
  ['2026-03-05T12:00:00.123456789Z', 'seconds'],
  ['2026-03-05T21:00:00.123+09:00', 'seconds'],
  [String(noon), 'milliseconds'],
])('reads %j in %s', (value, unit) => expect(read(value, unit)).toBe(noon));

it('reads text without an offset in the time zone', () => {
  expect(read('2026-03-05T21:00:00.123', 'seconds', 'Asia/Seoul')).toBe(noon);
  expect(read('2026-03-05', 'seconds', 'Asia/Seoul')).toBe(Date.parse('2026-03-04T15:00:00Z'));
});

it('has no time where the field is absent or null', () => {
  expect(read(null)).toBeUndefined();
  for (const json of [{}, { at: null }, { at: 5 }, 'text', null])
    expect(timeOfJson(json, { path: ['at', 'it'], unit: 'seconds' }, 'UTC')).toBeUndefined();
});

it.each(['noon', '', true, [noon], {}])('has no valid time in %j', (value) => expect(read(value)).toBeNaN());
