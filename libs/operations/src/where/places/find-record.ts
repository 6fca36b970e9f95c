import type { EventContract } from '@sluice/contracts';
import { recordId, type PartitionRange } from '@sluice/kafka';
import type { Place } from '../asked.ts';
import { scanLimit, type WhereAccess } from '../where-access.ts';
import { scan } from './scan.ts';

/** A record's timestamp is at most so much before its event time: see `timeParts` in libs/kafka. */
const aheadMs = 60_000;

/** How a scan ended. */
export interface Scan {
  place: Place | undefined;
  read: number;
  /** Whether all records were read that can be of this event. */
  isWhole: boolean;
}

/**
 * Looks for the record with an id: from where its time says on, if that is known, else among the newest records. A record is published
 * at its event time or later, so that the first match is near the beginning where the event was not delayed.
 */
export async function findRecord(
  access: WhereAccess,
  contract: EventContract,
  { id, timeMs }: { id: string; timeMs: number | undefined },
): Promise<Scan> {
  const { kafka, progress } = access;
  const { topic } = contract;
  const ends = (await kafka.ends(topic)) ?? [];
  const starts = timeMs === undefined ? undefined : await kafka.admin.offsetsAt(topic, timeMs - aheadMs);
  const near = timeMs === undefined ? undefined : await kafka.admin.offsetsAt(topic, timeMs);
  const whole = ends.map(({ partition, first, end }) => ({
    partition,
    from: max(starts?.get(partition) ?? first, first),
    to: end,
  }));
  const share = BigInt(Math.ceil(scanLimit(access) / Math.max(1, ends.length)));
  const ranges = whole.map(({ partition, from, to }): PartitionRange => {
    // Most records have their event's time as their timestamp.
    const begin = max(near?.get(partition) ?? from, from);
    if (timeMs !== undefined) return { partition, from: begin, to: min(to, begin + share) };
    return { partition, from: max(from, to - share), to };
  });
  let place: Place | undefined;
  let read = 0;
  const look = async (some: readonly PartitionRange[]) => {
    const total = some.reduce((sum, { from, to }) => sum + Math.max(0, Number(to - from)), read);
    await scan(access, topic, some, (records, partition) => {
      read += records.length;
      progress?.show(`${topic}: records read`, read, total);
      const found = records.find((record) => recordId(contract, partition, record) === id);
      if (found === undefined) return undefined;
      place = { topic, partition, offset: found.offset };
      return 'enough';
    });
  };
  await look(ranges);
  const before = whole.map(({ partition, from }) => ({
    partition,
    from,
    to: ranges.find((range) => range.partition === partition)?.from ?? from,
  }));
  // An event that is dated ahead has the time of its arrival as its timestamp, which is earlier.
  if (place === undefined && timeMs !== undefined && count(before) + read <= scanLimit(access)) await look(before);
  return { place, read, isWhole: place !== undefined || read >= count(whole) };
}

const count = (ranges: readonly PartitionRange[]): number =>
  ranges.reduce((sum, { from, to }) => sum + Math.max(0, Number(to - from)), 0);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
