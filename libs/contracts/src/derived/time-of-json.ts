import { DateTime } from 'luxon';
import type { TimeField } from './topic-rules.ts';

const microsecondsOf = { seconds: 1e6, milliseconds: 1e3, microseconds: 1, nanoseconds: 1e-3 } as const;

/**
 * The event time that a value's JSON has in a field: ISO 8601 text, as which all of Avro's dates and timestamps are written, or a number.
 * Text without an offset is of the time zone. What is finer than a millisecond is cut off.
 *
 * @returns milliseconds since 1970; undefined if the field is absent or null; NaN if it holds no time
 */
export function timeOfJson(json: unknown, { path, unit }: TimeField, timeZone: string): number | undefined {
  let value = json;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  if (value === null) return undefined;
  if (typeof value === 'number') return millisecondsOf(value, unit);
  if (typeof value !== 'string') return Number.NaN;
  if (/^-?\d+(\.\d+)?$/.test(value)) return millisecondsOf(Number(value), unit);
  return DateTime.fromISO(value, { zone: timeZone }).toMillis();
}

/** By microseconds, because a double has 1772712000.123 seconds only nearly. */
const millisecondsOf = (value: number, unit: TimeField['unit']): number =>
  Math.floor(Math.round(value * microsecondsOf[unit]) / 1000);
