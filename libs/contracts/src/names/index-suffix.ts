import { DateTime, IANAZone } from 'luxon';

/** How often a new index begins. */
export const rotations = ['none', 'hour', 'day', 'week', 'month'] as const;
export type Rotation = (typeof rotations)[number];

/** Weeks are those of ISO 8601, with its week-numbering year. */
export const suffixFormats: Record<Exclude<Rotation, 'none'>, string> = {
  hour: 'yyyy-MM-dd-HH',
  day: 'yyyyMMdd',
  week: "kkkk-'w'WW",
  month: 'yyyy-MM',
};

/** Whether `name` is a time zone of the IANA database that this runtime knows. */
export const isTimeZone = (name: string): boolean => IANAZone.isValidZone(name);

/**
 * Since 1973 every zone changes its offset on a whole minute and by whole minutes (Liberia's was the last offset with seconds), so all
 * events of a minute have the same suffix. Those of a quarter of an hour do not: some zones change at 00:01. Before 1973 nothing is
 * cached.
 */
const minuteMs = 60_000;
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
  const format = suffixFormats[rotation];
  let lastMinute = Number.NaN;
  let lastSuffix = '';
  return (timeMs) => {
    const minute = Math.floor(timeMs / minuteMs);
    if (minute === lastMinute) return lastSuffix;
    const suffix = DateTime.fromMillis(timeMs, { zone, locale: 'en-US' }).toFormat(format);
    if (timeMs >= zonesSettledMs) {
      lastMinute = minute;
      lastSuffix = suffix;
    }
    return suffix;
  };
}
