import type { PartitionRange } from '@sluice/kafka';
import type { CutPartition } from '../reading/consistent-cut.ts';
import type { UnreadableOffsets } from '../reading/read-past.ts';

/** Offsets of a partition; `to` is the first behind them. */
export interface OffsetsJson {
  partition: number;
  from: string;
  to: string;
}

/** What an audit has not compared. */
export interface PassedOffsets {
  /** Skipped by a person's decision, with `sluice skip`: they are in the dead letters, as they were fetched. */
  skipped: OffsetsJson[];
  /** Unreadable, and not skipped. */
  unreadable: (OffsetsJson & { reason: string })[];
}

/** @param skipped of the whole topic; those before the cut count */
export function passedOffsets(
  cut: readonly CutPartition[],
  skipped: readonly PartitionRange[],
  unreadable: readonly UnreadableOffsets[],
): PassedOffsets {
  const isBeforeCut = ({ partition, from }: PartitionRange) =>
    cut.some((one) => one.partition === partition && one.first <= from && from < one.to);
  return {
    skipped: skipped.filter(isBeforeCut).map(json),
    unreadable: unreadable.map((one) => ({ ...json(one), reason: one.reason })),
  };
}

/** So many offsets. */
export const offsetsIn = (ranges: readonly OffsetsJson[]): number =>
  ranges.reduce((sum, { from, to }) => sum + Number(BigInt(to) - BigInt(from)), 0);

const json = ({ partition, from, to }: PartitionRange): OffsetsJson => ({
  partition,
  from: String(from),
  to: String(to),
});
