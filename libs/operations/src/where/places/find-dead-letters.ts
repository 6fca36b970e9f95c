import { deadLetterTopic } from '@sluice/contracts';
import { readDeadLetterHeaders } from '@sluice/kafka';
import type { Place } from '../asked.ts';
import type { FoundDeadLetter } from '../where-answer.ts';
import { scanLimit, type WhereAccess } from '../where-access.ts';
import { scan } from './scan.ts';

/** Clocks may differ by so much. */
const toleranceMs = 300_000;

/**
 * The dead letters of an event, by its place or its id.
 *
 * @param sinceMs Kafka's timestamp of its record, where that is known: its dead letters are later
 */
export async function findDeadLetters(
  access: WhereAccess,
  topic: string,
  { place, id, sinceMs }: { place: Place | undefined; id: string | undefined; sinceMs: number | undefined },
): Promise<{ found: FoundDeadLetter[]; isWhole: boolean }> {
  const { kafka, progress } = access;
  const letters = deadLetterTopic(topic);
  const found: FoundDeadLetter[] = [];
  const ends = await kafka.ends(letters);
  if (ends === undefined) return { found, isWhole: true };
  const starts = sinceMs === undefined ? undefined : await kafka.admin.offsetsAt(letters, sinceMs - toleranceMs);
  const share = BigInt(Math.ceil(scanLimit(access) / Math.max(1, ends.length)));
  const ranges = ends.map(({ partition, first, end }) => ({
    partition,
    from: starts?.get(partition) ?? first,
    to: end,
  }));
  const bounded = ranges.map(({ partition, from, to }) => ({
    partition,
    from: to - from > share ? to - share : from,
    to,
  }));
  const total = bounded.reduce((sum, { from, to }) => sum + Math.max(0, Number(to - from)), 0);
  let read = 0;
  await scan(access, letters, bounded, (records, partition) => {
    read += records.length;
    progress?.show(`${letters}: dead letters read`, read, total);
    for (const { headers, offset } of records) {
      const deadLetter = readDeadLetterHeaders(headers);
      if (deadLetter === undefined) continue;
      const isOfPlace =
        place !== undefined && deadLetter.partition === place.partition && deadLetter.offset === place.offset;
      if (deadLetter.topic !== topic || !(isOfPlace || (id !== undefined && deadLetter.id === id))) continue;
      const { by, reason, errorClass, deadSince } = deadLetter;
      const locator = `${letters}:${partition}:${offset}`;
      found.push({ locator, by, reason, errorClass, deadSinceMs: deadSince.getTime() });
    }
  });
  return { found, isWhole: bounded.every(({ from }, at) => from === ranges[at]?.from) };
}
