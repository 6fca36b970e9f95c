/** Within these years a number of seconds since 1970 cannot be one of milliseconds. */
const firstMs = Date.UTC(2000, 0, 1);
const endMs = Date.UTC(2100, 0, 1);

const isoTime = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * A time from 2000 to 2099, in milliseconds since 1970: of a number of seconds (a fraction may follow) or milliseconds since 1970, or
 * of ISO 8601 with `Z` or an offset. What is finer than a millisecond is cut off. Undefined for any other text.
 */
export function castTime(text: string): number | undefined {
  const timeMs = /^\d+(\.\d+)?$/.test(text) ? numberTime(text) : calendarTime(text);
  return timeMs !== undefined && timeMs >= firstMs && timeMs < endMs ? timeMs : undefined;
}

function numberTime(text: string): number | undefined {
  const [whole = '', fraction] = text.split('.');
  const number = Number(whole);
  if (number >= firstMs) return fraction === undefined ? number : undefined;
  return number * 1000 + milliseconds(fraction);
}

function calendarTime(text: string): number | undefined {
  const found = isoTime.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] = found;
  if (!isClock(hour, minute, second) || !isClock(offsetHour, offsetMinute, undefined)) return undefined;
  const dayMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // A day that the month does not have would become one of the next month.
  if (new Date(dayMs).getUTCDate() !== Number(day) || Number(month) < 1 || Number(month) > 12) return undefined;
  const offsetMs = clockMs(offsetHour, offsetMinute, undefined) * (sign === '-' ? -1 : 1);
  return dayMs + clockMs(hour, minute, second) - offsetMs + milliseconds(fraction);
}

type Digits = string | undefined;

const isClock = (hour: Digits, minute: Digits, second: Digits): boolean =>
  Number(hour ?? 0) < 24 && Number(minute ?? 0) < 60 && Number(second ?? 0) < 60;

const clockMs = (hour: Digits, minute: Digits, second: Digits): number =>
  ((Number(hour ?? 0) * 60 + Number(minute ?? 0)) * 60 + Number(second ?? 0)) * 1000;

/** The first three digits of a fraction of a second. */
const milliseconds = (fraction: Digits): number => Number((fraction ?? '').slice(0, 3).padEnd(3, '0'));
