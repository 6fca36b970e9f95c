import type { GroupLag, PartitionLag } from '@sluice/operations';

/** What an app does with a partition. */
export interface PartitionRate extends PartitionLag {
  group: string;
  /** Offsets per second that came, and that the group has committed; undefined where there is no earlier look. */
  inPerSecond: number | undefined;
  outPerSecond: number | undefined;
}

/** Makes rates of lags that are read one after the other. */
export function lagRates(): (lags: readonly GroupLag[], atMs: number) => PartitionRate[] {
  let before = new Map<string, { atMs: number; end: bigint; committed: bigint | undefined }>();
  return (lags, atMs) => {
    const now: typeof before = new Map();
    const rates = lags.flatMap(({ group, partitions }) =>
      partitions.map((partition): PartitionRate => {
        const { end, committed } = partition;
        const key = `${group}/${partition.topic}/${partition.partition}`;
        now.set(key, { atMs, end, committed });
        const last = before.get(key);
        return {
          ...{ ...partition, group },
          inPerSecond: perSecond(last?.end, end, last?.atMs, atMs),
          outPerSecond: perSecond(last?.committed, committed, last?.atMs, atMs),
        };
      }),
    );
    before = now;
    return rates;
  };
}

function perSecond(
  from: bigint | undefined,
  to: bigint | undefined,
  fromMs: number | undefined,
  toMs: number,
): number | undefined {
  if (from === undefined || to === undefined || fromMs === undefined || toMs <= fromMs) return undefined;
  return Number(to - from) / ((toMs - fromMs) / 1_000);
}
