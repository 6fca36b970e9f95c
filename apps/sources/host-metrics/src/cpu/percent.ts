/** The part of the whole in percent, to two decimals: finer than the counters behind it are. */
export function percent(part: number, whole: number): number {
  return Math.round((part / whole) * 10_000) / 100;
}
