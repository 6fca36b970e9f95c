/** Offsets of a partition that a group has committed, each as a row or as a refused record. */
export interface Covered {
  /** The first one. */
  readonly first: bigint;
  /** The first one behind them. */
  readonly next: bigint;
}

/**
 * The committed offsets after a stretch was committed too. Where the stretch does not adjoin them, only the stretch counts: nothing is
 * known of what lies between.
 */
export function covering(covered: Covered, stretch: Covered): Covered {
  if (stretch.first > covered.next || stretch.next < covered.first) return stretch;
  return {
    first: stretch.first < covered.first ? stretch.first : covered.first,
    next: stretch.next > covered.next ? stretch.next : covered.next,
  };
}

/** Whether a stretch has offsets that are covered. */
export const overlaps = (covered: Covered, { first, next }: Covered): boolean =>
  covered.first < covered.next && first < covered.next && next > covered.first;
