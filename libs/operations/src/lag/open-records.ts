import type { FetchedPartition, KafkaClient } from '@sluice/kafka';

interface OpenRange {
  partition: number;
  /** The first offset that is not committed. */
  from: bigint;
  end: bigint;
}

/** The records of a range, without transaction markers and aborted records. */
interface OpenCount {
  records: number;
  /** Otherwise offsets were counted. */
  isExact: boolean;
  /** Kafka's timestamp of the oldest one. */
  oldestMs: number | undefined;
}

/** Counts the records that a group has not committed, and finds the oldest. */
export interface OpenRecords {
  of(topic: string, ranges: readonly OpenRange[]): Promise<Map<number, OpenCount>>;
  /** Forgets what lies before these committed offsets. */
  forgetBefore(committed: readonly { topic: string; partition: number; committed: bigint | undefined }[]): void;
}

/** The first record at or after an offset: `at` is undefined where there is none before `until`. */
interface Found {
  readonly until: bigint;
  readonly oldestMs: number | undefined;
  readonly records: number;
}

/**
 * Of each partition. Small enough for many partitions, and large enough to count a lag of some hundred records exactly.
 */
const peekBytes = 64 * 1024;
/** Long runs of aborted records take several looks; more than so many are left to the next call. */
const mostLooks = 20;

/** @param firstBytes of a first look at each partition. With few, a small lag costs less, and a larger one is counted in offsets. */
export function openRecords(kafka: Pick<KafkaClient, 'peek'>, firstBytes = peekBytes): OpenRecords {
  /** By topic, partition and first offset: several groups are often at the same one, and a group stays at one while it is behind. */
  const known = new Map<string, Map<bigint, Found>>();
  const keyOf = (topic: string, partition: number) => `${topic}/${partition}`;

  const look = async (topic: string, ranges: readonly OpenRange[]): Promise<void> => {
    const search = new Map(ranges.map((range) => [range.partition, { ...range, next: range.from }]));
    for (let looks = 0; looks < mostLooks && search.size > 0; looks++) {
      const offsets = new Map([...search].map(([partition, { next }]) => [partition, next]));
      const bytes = looks === 0 ? firstBytes : peekBytes;
      const fetched = await kafka.peek(topic, offsets, bytes);
      for (const one of fetched) {
        const range = search.get(one.partition);
        if (range === undefined) continue;
        const found = foundIn(one, range);
        if (found === undefined && one.kind === 'records' && one.nextOffset > range.next) {
          range.next = one.nextOffset;
          continue;
        }
        // A batch that is larger than the look comes with the next one, unless it is larger than that too.
        if (found === undefined && one.kind === 'records' && bytes < peekBytes) continue;
        search.delete(one.partition);
        if (found === undefined) continue;
        const ofPartition = known.get(keyOf(topic, one.partition)) ?? new Map<bigint, Found>();
        known.set(keyOf(topic, one.partition), ofPartition.set(range.from, found));
      }
    }
  };

  const lookUp = (topic: string, { partition, from, end }: OpenRange): OpenCount | undefined => {
    if (from >= end) return { records: 0, isExact: true, oldestMs: undefined };
    const found = known.get(keyOf(topic, partition))?.get(from);
    if (found === undefined) return undefined;
    const { until, records, oldestMs } = found;
    if (until >= end) return { records, isExact: true, oldestMs };
    // More came since. Where a record is known, it stays the oldest.
    return records === 0 ? undefined : { records: records + Number(end - until), isExact: false, oldestMs };
  };

  return {
    async of(topic, ranges) {
      const absent = ranges.filter((range) => lookUp(topic, range) === undefined);
      if (absent.length > 0) await look(topic, absent);
      return new Map(
        ranges.map((range) => [
          range.partition,
          lookUp(topic, range) ?? { records: Number(range.end - range.from), isExact: false, oldestMs: undefined },
        ]),
      );
    },
    forgetBefore(committed) {
      const oldest = new Map<string, bigint>();
      for (const { topic, partition, committed: offset = 0n } of committed) {
        const key = keyOf(topic, partition);
        oldest.set(key, offset < (oldest.get(key) ?? offset) ? offset : (oldest.get(key) ?? offset));
      }
      for (const [key, found] of known)
        for (const offset of found.keys()) if (offset < (oldest.get(key) ?? 0n)) found.delete(offset);
    },
  };
}

/** @returns undefined where the look did not reach a record, nor the range's end */
function foundIn(fetched: FetchedPartition, { end }: OpenRange): Found | undefined {
  if (fetched.kind !== 'records') return undefined;
  // Records that came after the end was asked for count, too.
  const { records, nextOffset } = fetched;
  const [oldest] = records;
  if (oldest !== undefined) return { until: nextOffset, oldestMs: oldest.timestampMs, records: records.length };
  return nextOffset >= end ? { until: nextOffset, oldestMs: undefined, records: 0 } : undefined;
}
