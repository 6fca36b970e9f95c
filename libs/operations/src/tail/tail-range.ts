import type { PartitionEnds } from '@sluice/kafka';
import type { OperationsAccess } from '../access.ts';
import { OperationRefused } from '../operation-refused.ts';
import { endsOf } from '../topics/existing-topic.ts';

/** Where a tail begins: with the next record, the first one, those of a time, about the newest ones, or at given offsets. */
export type TailStart = 'end' | 'start' | Date | { readonly last: number } | ReadonlyMap<number, bigint>;

/** Where it ends: where the topic ends now, or before the records of a time. */
export type TailEnd = 'now' | Date;

export interface TailRange {
  /** The first offset of each partition. */
  readonly from: Map<number, bigint>;
  /** The offset after the last one; absent for a tail that follows live. */
  readonly to: Map<number, bigint> | undefined;
}

/** Looks up offsets. @throws OperationRefused when the topic or a partition does not exist */
export async function tailRange(
  access: OperationsAccess,
  wanted: {
    topic: string;
    from: TailStart;
    to: TailEnd | undefined;
    partitions: readonly number[] | undefined;
  },
): Promise<TailRange> {
  const { topic, from, to, partitions } = wanted;
  const all = await endsOf(access, topic);
  const absent = partitions?.find((number) => !all.some(({ partition }) => partition === number));
  if (absent !== undefined)
    throw new OperationRefused(`${topic} has no partition ${absent}: it has 0 to ${all.length - 1}`);
  const ends = all.filter(({ partition }) => partitions?.includes(partition) ?? true);
  const starts = await startsOf(access, topic, from, ends);
  if (to === undefined) return { from: starts, to: undefined };
  const until = to === 'now' ? undefined : await access.kafka.admin.offsetsAt(topic, to.getTime());
  return {
    from: starts,
    to: new Map(ends.map(({ partition, end }) => [partition, until?.get(partition) ?? end])),
  };
}

async function startsOf(
  { kafka }: OperationsAccess,
  topic: string,
  from: TailStart,
  ends: readonly PartitionEnds[],
): Promise<Map<number, bigint>> {
  if (from === 'end') return new Map(ends.map(({ partition, end }) => [partition, end]));
  if (from === 'start') return new Map(ends.map(({ partition, first }) => [partition, first]));
  if (from instanceof Date) {
    const found = await kafka.admin.offsetsAt(topic, from.getTime());
    return new Map(ends.map(({ partition, end }) => [partition, found.get(partition) ?? end]));
  }
  if ('last' in from) {
    const each = BigInt(Math.ceil(from.last / Math.max(1, ends.length)));
    return new Map(ends.map(({ partition, first, end }) => [partition, end - each > first ? end - each : first]));
  }
  return new Map(
    ends.flatMap(({ partition }) => {
      const offset = from.get(partition);
      return offset === undefined ? [] : [[partition, offset]];
    }),
  );
}
