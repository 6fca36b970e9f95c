import { UnreadablePartition, type KafkaClient, type KafkaRecord, type PartitionRange } from '@sluice/kafka';

/** Offsets that an audit cannot compare. */
export interface UnreadableOffsets extends PartitionRange {
  reason: string;
}

type OnRecords = (records: readonly KafkaRecord[], partition: number) => Promise<void> | void;

/**
 * Reads ranges without the batches that were skipped, and continues after others that cannot be read.
 *
 * @returns those others; where a batch does not say where it ends, the rest of its range
 */
export async function readPast(
  kafka: KafkaClient,
  topic: string,
  ranges: readonly PartitionRange[],
  skipped: readonly PartitionRange[],
  onRecords: OnRecords,
  signal: AbortSignal,
): Promise<UnreadableOffsets[]> {
  const unreadable: UnreadableOffsets[] = [];
  let rest = ranges.map((range) => without(range, skipped)).filter((parts) => parts.length > 0);
  while (rest.length > 0) {
    // One range of each partition is read at a time.
    const now = rest.flatMap(([first]) => first ?? []);
    const reached = new Map(now.map(({ partition, from }) => [partition, from]));
    try {
      await kafka.readRanges(
        topic,
        now,
        async (records, partition) => {
          await onRecords(records, partition);
          const last = records.at(-1);
          if (last !== undefined) reached.set(partition, last.offset + 1n);
        },
        signal,
      );
      rest = rest.map(([, ...others]) => others);
    } catch (error) {
      if (!(error instanceof UnreadablePartition)) throw error;
      const { partition, batch } = error;
      rest = rest.map(([first, ...others]) => {
        if (first === undefined) return others;
        if (first.partition !== partition)
          return [{ ...first, from: reached.get(first.partition) ?? first.from }, ...others];
        const to = min(batch.nextOffset ?? first.to, first.to);
        unreadable.push({ partition, from: batch.offset, to, reason: batch.reason });
        return [{ ...first, from: to }, ...others];
      });
    }
    rest = rest.map((parts) => parts.filter(({ from, to }) => from < to)).filter((parts) => parts.length > 0);
  }
  return unreadable;
}

/** The parts of a range that were not skipped, in order. */
export function without(range: PartitionRange, skipped: readonly PartitionRange[]): PartitionRange[] {
  const { partition } = range;
  const own = skipped.filter((one) => one.partition === partition).sort((a, b) => (a.from < b.from ? -1 : 1));
  const parts: PartitionRange[] = [];
  let { from } = range;
  for (const one of own) {
    if (one.from > from) parts.push({ partition, from, to: min(one.from, range.to) });
    if (one.to > from) from = one.to;
  }
  parts.push({ partition, from, to: range.to });
  return parts.filter((part) => part.from < part.to);
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
