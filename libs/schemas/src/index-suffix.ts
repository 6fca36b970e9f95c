import { DateTime, IANAZone } from 'luxon';

/** How often a new index begins. */
export const rotations = ['none', 'hour', 'day', 'week', 'month'] as const;
export type Rotation = (typeof rotations)[number];

/** Weeks are ISO 8601's, with its week-numbering year. */
const formats: Record<Exclude<Rotation, 'none'>, string> = {
  hour: 'yyyy-MM-dd-HH',
  day: 'yyyyMMdd',
  week: "kkkk-'w'WW",
  month: 'yyyy-MM',
};

/** Whether `name` is a time zone of the IANA database that this runtime knows. */
export const isTimeZone = (name: string): boolean => IANAZone.isValidZone(name);

/**
 * No zone has changed its offset within a quarter of an hour since 1972 (the last one by seconds was Liberia's in that year),
 * so every event of a quarter has the same suffix. Before that, nothing is remembered.
 */
const quarterMs = 15 * 60_000;
const zonesSettledMs = Date.UTC(1973, 0, 1);

/**
 * The function from event time (milliseconds since the epoch) to an index's date suffix, in a time zone's own calendar.
 *
 * @param timeZone an IANA name: see `isTimeZone`
 * @returns '' for rotation none
 */
export function indexSuffix(rotation: Rotation, timeZone: string): (timeMs: number) => string {
  if (rotation === 'none') return () => '';
  const zone = IANAZone.create(timeZone);
  const format = formats[rotation];
  let lastQuarter = Number.NaN;
  let lastSuffix = '';
  return (timeMs) => {
    const quarter = Math.floor(timeMs / quarterMs);
    if (quarter === lastQuarter) return lastSuffix;
    const suffix = DateTime.fromMillis(timeMs, { zone, locale: 'en-US' }).toFormat(format);
    if (timeMs >= zonesSettledMs) {
      lastQuarter = quarter;
      lastSuffix = suffix;
    }
    return suffix;
  };
}
