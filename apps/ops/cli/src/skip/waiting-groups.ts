import type { KafkaClient } from '@sluice/kafka';
import { printable } from '../terminal/printable.ts';
import { UserError } from '../user-error.ts';
import { placeName, type Place } from './place.ts';

interface Where {
  place: Place;
  /** The first offset of the partition. */
  first: bigint;
  signal: AbortSignal;
}

/**
 * The groups that wait at a place.
 *
 * @param named the groups to look at; all unless given
 * @throws UserError when a named group does not wait there, or none does
 */
export async function waitingGroups(
  kafka: KafkaClient,
  named: readonly string[] | undefined,
  where: Where,
): Promise<string[]> {
  const waiting: string[] = [];
  const problems: string[] = [];
  for (const group of named ?? (await kafka.groups())) {
    const problem = await notWaiting(kafka, group, where);
    if (problem === undefined) waiting.push(group);
    else if (named !== undefined) problems.push(problem);
  }
  if (problems.length > 0) throw new UserError(problems.join('\n'));
  if (waiting.length === 0) throw new UserError(`No consumer group waits at ${placeName(where.place)}.`);
  return waiting;
}

/** @returns why a group does not wait there */
async function notWaiting(
  kafka: KafkaClient,
  group: string,
  { place, first, signal }: Where,
): Promise<string | undefined> {
  const { topic, partition, offset } = place;
  const committed = (await kafka.committedOffsets(group, topic)).get(partition);
  if (committed === undefined && first !== offset)
    return `The group ${printable(group)} has no committed offset of ${topic}-${partition}. Start its sink first, which delivers the records before the batch.`;
  const from = committed ?? first;
  if (from > offset) return `The group ${printable(group)} is already past ${placeName(place)}, at ${from}.`;
  let isWaiting = true;
  const onRecords = () => {
    isWaiting = false;
    return 'enough' as const;
  };
  await kafka.readRanges(topic, [{ partition, from, to: offset }], onRecords, signal);
  return isWaiting
    ? undefined
    : `The group ${printable(group)} is only at ${from} of ${topic}-${partition}. Call this again when it has delivered the records before ${offset}.`;
}
