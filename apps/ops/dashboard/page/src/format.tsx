const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

export const count = (value: number): string => whole.format(value);
export const compact = (value: number): string => (Math.abs(value) < 10_000 ? count(value) : short.format(value));

/** Records per second: `8.7/s`, `1,240/s`. */
export function pace(perSecond: number | undefined | null): string {
  if (perSecond === undefined || perSecond === null) return '–';
  if (perSecond === 0) return '0/s';
  return `${perSecond < 10 ? perSecond.toFixed(1) : count(perSecond)}/s`;
}

/** `3 s`, `4 min`, `2.5 h`, `3 d`. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 1) return `${Math.round(ms)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${(seconds / 3_600).toFixed(1)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** `12:04:11`, with the date where it is not today. In the browser's zone. */
export function clock(ms: number): string {
  const date = new Date(ms);
  const time = date.toLocaleTimeString('en-GB');
  return date.toDateString() === new Date().toDateString() ? time : `${dayOf(date)} ${time}`;
}

const dayOf = (date: Date): string =>
  `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;

/** With milliseconds, for single records. */
export const exactClock = (ms: number): string =>
  `${clock(ms)}.${String(new Date(ms).getMilliseconds()).padStart(3, '0')}`;

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [rest, at] = [value, 0];
  while (Math.abs(rest) >= 1000 && at < units.length - 1) [rest, at] = [rest / 1000, at + 1];
  return `${at === 0 || Math.abs(rest) >= 100 ? Math.round(rest) : rest.toFixed(1)} ${units[at]}`;
}

/** A measurement in its unit. */
export function measured(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return '–';
  if (unit === 'bytes') return bytes(value);
  const text = Math.abs(value) >= 1000 ? compact(value) : String(Number(value.toFixed(Math.abs(value) < 10 ? 2 : 1)));
  return unit === 'percent'
    ? `${text} %`
    : unit === 'celsius'
      ? `${text} °C`
      : unit === 'fahrenheit'
        ? `${text} °F`
        : text;
}
