/** The part of the whole in percent, to two decimals: finer than what the counters behind it can tell. */
export function percent(part: number, whole: number): number {
  return Math.round((part / whole) * 10_000) / 100;
}
