import {
  unreadableBatchClass,
  deadLetterHeaders,
  deadLetterTopicSettings,
  RecordsRefused,
  UnreadablePartition,
  type KafkaClient,
  type UnreadableBatchAt,
} from '@sluice/kafka';
import { deadLetterTopic } from '@sluice/schemas';
import { eventAccess } from '../clients/event-access.ts';
import { printable } from '../terminal/printable.ts';
import { UserError } from '../user-error.ts';

/** A place in a topic. */
interface Place {
  topic: string;
  partition: number;
  offset: bigint;
}

interface Decision {
  by: string;
  reason: string;
}

/**
 * Moves groups that wait at an unreadable batch past it. For each, one Kafka transaction writes the batch to the dead letters and commits
 * the offset behind it. A running sink notices with its next try, and goes on there.
 *
 * A group waits there when it has settled all that can be read before the batch. Its sink commits nothing meanwhile, so the offset that
 * is committed here is not overtaken. The transaction's id follows from the partition, so two calls at once cannot both take effect.
 *
 * @returns the exit code: 0 when all groups have passed
 * @throws UserError when nothing is to be skipped, or not yet
 */
export async function skipBatch(
  options: Place &
    Decision & {
      groups: readonly string[] | undefined;
      to: bigint | undefined;
      json: boolean;
      environment: NodeJS.ProcessEnv;
      signal: AbortSignal;
    },
): Promise<number> {
  const { environment, signal, json } = options;
  const access = await eventAccess(environment, signal);
  try {
    const { kafka } = access;
    const { topic, partition, offset } = options;
    const place = { topic, partition, offset };
    const ends = (await kafka.ends(topic))?.find((one) => one.partition === partition);
    if (ends === undefined) throw new UserError(`There is no partition ${partition} of a topic ${topic}.`);
    if (offset < ends.first || offset >= ends.end)
      throw new UserError(`${placeName(place)} does not exist: the partition has ${ends.first} to ${ends.end - 1n}.`);
    const batch = await unreadableAt(kafka, place, signal);
    const nextOffset = options.to ?? batch.nextOffset;
    if (nextOffset === undefined)
      throw new UserError(
        `Where the batch at ${placeName(place)} ends cannot be read either: name the offset to go on at with --to. ` +
          `The partition ends at ${ends.end}.`,
      );
    if (nextOffset <= offset || nextOffset > ends.end)
      throw new UserError(
        `--to must be an offset behind ${offset} and not behind ${ends.end}, where the partition ends.`,
      );
    const groups = options.groups ?? (await kafka.groups());
    const waiting: string[] = [];
    const others: string[] = [];
    for (const group of groups) {
      const problem = await notWaiting(kafka, group, place, ends.first, signal);
      if (problem === undefined) waiting.push(group);
      else if (options.groups !== undefined) others.push(problem);
    }
    if (others.length > 0) throw new UserError(others.join('\n'));
    if (waiting.length === 0) throw new UserError(`No consumer group waits at ${placeName(place)}.`);

    const deadLetters = deadLetterTopic(topic);
    await kafka.ensureTopics([deadLetters], { signal, settings: deadLetterTopicSettings });
    for (const group of waiting) {
      await passOver(kafka, group, place, batch, nextOffset, options);
      if (!json)
        process.stdout.write(
          `The group ${printable(group)} goes on at ${nextOffset} of ${topic}-${partition}. The batch of ${batch.bytes.length} bytes is in ${deadLetters}.\n`,
        );
    }
    if (json)
      process.stdout.write(
        `${JSON.stringify({ ...place, offset: String(offset), nextOffset: String(nextOffset), unreadable: batch.reason, bytes: batch.bytes.length, groups: waiting, deadLetters })}\n`,
      );
    return 0;
  } finally {
    await access.close();
  }
}

const placeName = ({ topic, partition, offset }: Place): string => `offset ${offset} of ${topic}-${partition}`;

/** @throws UserError where it can be read */
async function unreadableAt(kafka: KafkaClient, place: Place, signal: AbortSignal): Promise<UnreadableBatchAt> {
  const { topic, partition, offset } = place;
  try {
    await kafka.readRanges(topic, [{ partition, from: offset, to: offset + 1n }], () => {}, signal);
  } catch (error) {
    if (error instanceof UnreadablePartition) return error.batch;
    throw error;
  }
  throw new UserError(`The batch at ${placeName(place)} can be read: only one that cannot be read is skipped.`);
}

/** @returns why a group does not wait at a place */
async function notWaiting(
  kafka: KafkaClient,
  group: string,
  place: Place,
  first: bigint,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { topic, partition, offset } = place;
  const committed = (await kafka.committedOffsets(group, topic)).get(partition);
  if (committed === undefined && first !== offset)
    return `The group ${printable(group)} has no committed offset of ${topic}-${partition}: start its sink first, which delivers what comes before the batch.`;
  const from = committed ?? first;
  if (from > offset) return `The group ${printable(group)} has passed ${placeName(place)} already: it is at ${from}.`;
  let isWaiting = true;
  const onRecords = () => {
    isWaiting = false;
    return 'enough' as const;
  };
  await kafka.readRanges(topic, [{ partition, from, to: offset }], onRecords, signal);
  return isWaiting
    ? undefined
    : `The group ${printable(group)} is only at ${from} of ${topic}-${partition}: what comes before ${offset} is still to be delivered. Call this again then.`;
}

/** Writes the letter and commits, or does neither. */
async function passOver(
  kafka: KafkaClient,
  group: string,
  { topic, partition, offset }: Place,
  batch: UnreadableBatchAt,
  nextOffset: bigint,
  { by, reason }: Decision,
): Promise<void> {
  const now = new Date();
  const headers = deadLetterHeaders(
    {},
    {
      ...{ by: group, topic, partition, offset, nextOffset, decidedBy: by },
      reason: `${reason} (the batch cannot be read: ${batch.reason})`,
      errorClass: unreadableBatchClass,
      ...{ attempts: 1, firstSeen: now, deadSince: now },
    },
  );
  const place = { topic, partition };
  const offsets = kafka.offsetsOf(group, [place]);
  try {
    const committed = await offsets.committed(place);
    if (committed > offset) throw new UserError(`The group ${printable(group)} has just been moved to ${committed}.`);
    const letter = { topic: deadLetterTopic(topic), key: null, value: batch.bytes, headers };
    await offsets.commit({ ...place, records: [letter], nextOffset });
  } catch (error) {
    if (!(error instanceof RecordsRefused)) throw error;
    throw new UserError(
      `The topic ${deadLetterTopic(topic)} does not take the batch of ${batch.bytes.length} bytes (${error.errorClass}): raise its max.message.bytes.`,
    );
  } finally {
    await offsets.close();
  }
}
