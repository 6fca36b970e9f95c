/** Offsets of one partition: `from` is the first, `to` the first after them. */
export interface OffsetRange {
  partition: number;
  from: bigint;
  to: bigint;
}

/** So many offsets share a bucket. */
export const bucketOffsets = 10_000n;
