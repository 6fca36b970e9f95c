/** The first and the last millisecond of the years 1 to 9999, those that BigQuery's timestamps have. */
const first = Date.parse('0001-01-01T00:00:00.000Z');
const last = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * The range of time in which rows with these event times are. Times that BigQuery does not hold are left out: such a row has a null there,
 * and is in no range.
 *
 * @param timesMs milliseconds since 1970
 * @returns undefined where no row can be in a range
 */
export function timeBounds(timesMs: readonly number[]): { from: Date; to: Date } | undefined {
  const held = timesMs.filter((timeMs) => timeMs >= first && timeMs <= last);
  if (held.length === 0) return undefined;
  const earliest = held.reduce((one, other) => Math.min(one, other));
  const latest = held.reduce((one, other) => Math.max(one, other));
  // A millisecond more on either side: a time may be finer than that.
  return { from: new Date(Math.max(first, earliest - 1)), to: new Date(Math.min(last, latest + 1)) };
}
