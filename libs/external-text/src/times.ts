/** The years with four digits from the epoch on: Kafka has no times before, and destinations none after. */
const lastMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
/** From so many on a number of seconds or milliseconds is one of milliseconds: 2000 as milliseconds, the year 31969 as seconds. */
const firstMilliseconds = Date.UTC(2000, 0, 1);

const iso = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,18}))?)?(?:Z|([+-])(\d\d):?(\d\d))$/;
const ofTweets = /^([A-Z][a-z]{2}) ([A-Z][a-z]{2}) (\d\d) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d) (\d{4})$/;
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * ISO 8601: `2026-11-21T09:00:01.5Z`. Seconds and their fraction may be left out; the fraction may follow a comma and have up to 18
 * digits, of which those finer than a millisecond are cut off; instead of `Z` an offset, `+09:00` or `+0900`. The day must be in the
 * calendar, and hours end with 23, minutes and seconds with 59: there is no 24:00, and no leap second.
 *
 * @returns milliseconds since 1970; undefined for any other text, and outside 1970 to 9999
 */
export function isoTime(text: string): number | undefined {
  const found = iso.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second = 0, fraction = '', sign = '+', offsetHour = 0, offsetMinute = 0] =
    found;
  const dayMs = calendarDay(Number(year), Number(month), Number(day));
  return moment(dayMs, [hour, minute, second], [sign, offsetHour, offsetMinute], fraction);
}

/**
 * As X's API v1.1 writes it: `Wed Oct 10 20:19:24 +0000 2018`. The day must be in the calendar and have that weekday.
 *
 * @returns milliseconds since 1970; undefined for any other text
 */
export function tweetTime(text: string): number | undefined {
  const found = ofTweets.exec(text);
  if (found === null) return undefined;
  const [, weekday, month = '', day, hour, minute, second, sign, offsetHour, offsetMinute, year] = found;
  const dayMs = calendarDay(Number(year), months.indexOf(month) + 1, Number(day));
  if (dayMs === undefined || weekdays[new Date(dayMs).getUTCDay()] !== weekday) return undefined;
  return moment(dayMs, [hour, minute, second], [sign, offsetHour, offsetMinute], '');
}

/**
 * A time as decimal digits since 1970: seconds, a fraction may follow; or, from 946684800000 on, milliseconds.
 *
 * @returns milliseconds since 1970, what is finer cut off; undefined for any other text, and after 9999
 */
export function epochTime(text: string): number | undefined {
  const found = /^(\d{1,15})(?:\.(\d{1,18}))?$/.exec(text);
  if (found === null) return undefined;
  const [, whole, fraction] = found;
  const number = Number(whole);
  const isMilliseconds = number >= firstMilliseconds;
  if (isMilliseconds && fraction !== undefined) return undefined;
  return inRange(isMilliseconds ? number : number * 1000 + milliseconds(fraction ?? ''));
}

/** The beginning of a day, in milliseconds since 1970; undefined for one that the calendar does not have. */
function calendarDay(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  // A day that the month does not have would become one of the next month.
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

type Digits = string | number | undefined;

function moment(
  dayMs: number | undefined,
  [hour, minute, second]: [Digits, Digits, Digits],
  [sign, offsetHour, offsetMinute]: [string | undefined, Digits, Digits],
  fraction: string,
): number | undefined {
  const clock = clockMs(Number(hour), Number(minute), Number(second));
  const offset = clockMs(Number(offsetHour), Number(offsetMinute), 0);
  if (dayMs === undefined || clock === undefined || offset === undefined) return undefined;
  return inRange(dayMs + clock + milliseconds(fraction) - (sign === '-' ? -offset : offset));
}

const clockMs = (hour: number, minute: number, second: number): number | undefined =>
  hour < 24 && minute < 60 && second < 60 ? ((hour * 60 + minute) * 60 + second) * 1000 : undefined;

const inRange = (timeMs: number): number | undefined => (timeMs >= 0 && timeMs <= lastMs ? timeMs : undefined);

/** The first three digits of a fraction of a second. */
const milliseconds = (fraction: string): number => Number(fraction.slice(0, 3).padEnd(3, '0'));
