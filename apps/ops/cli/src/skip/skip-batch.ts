import { UnreadablePartition, type KafkaClient, type UnreadableBatchAt, deadLetterTopicSettings } from '@sluice/kafka';
import { deadLetterTopic } from '@sluice/contracts';
import { eventAccess } from '../clients/event-access.ts';
import { printable } from '../terminal/printable.ts';
import { UserError } from '../user-error.ts';
import { placeName, type Place } from './place.ts';
import { skipForGroup, type Decision } from './skip-for-group.ts';
import { waitingGroups } from './waiting-groups.ts';

interface SkipOptions extends Place, Decision {
  groups: readonly string[] | undefined;
  to: bigint | undefined;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/**
 * Moves consumer groups past an unreadable batch that they wait at. For each group, one Kafka transaction writes the batch to the
 * dead-letter topic and commits the offset after it. A running sink continues there with its next attempt.
 *
 * A group waits there when it has committed all readable records before the batch. Its sink commits nothing while it waits, so this commit
 * is not overwritten. The transactional id is derived from the partition, so of two concurrent calls only one takes effect.
 *
 * @returns the exit code: 0 when all groups were moved
 * @throws UserError when nothing may be skipped, or not yet
 */
export async function skipBatch(options: SkipOptions): Promise<number> {
  const { topic, partition, offset, environment, signal, json } = options;
  const place = { topic, partition, offset };
  const access = await eventAccess(environment, signal);
  try {
    const { kafka } = access;
    const ends = await endsAt(kafka, place);
    const batch = await unreadableAt(kafka, place, signal);
    const nextOffset = offsetAfter(batch, options, ends.end);
    const groups = await waitingGroups(kafka, options.groups, { place, first: ends.first, signal });

    const deadLetters = deadLetterTopic(topic);
    await kafka.ensureTopics([deadLetters], { signal, settings: deadLetterTopicSettings });
    for (const group of groups) {
      await skipForGroup(kafka, { group, place, batch, nextOffset, decision: options });
      if (!json)
        process.stdout.write(
          `The group ${printable(group)} continues at offset ${nextOffset} of ${topic}-${partition}. The batch of ${batch.bytes.length} bytes is in ${deadLetters}.\n`,
        );
    }
    if (json)
      process.stdout.write(
        `${JSON.stringify({ ...place, offset: String(offset), nextOffset: String(nextOffset), unreadable: batch.reason, bytes: batch.bytes.length, groups, deadLetters })}\n`,
      );
    return 0;
  } finally {
    await access.close();
  }
}

/** @throws UserError where the offset does not exist */
async function endsAt(kafka: KafkaClient, place: Place): Promise<{ first: bigint; end: bigint }> {
  const { topic, partition, offset } = place;
  const ends = (await kafka.ends(topic))?.find((one) => one.partition === partition);
  if (ends === undefined) throw new UserError(`The topic ${topic} has no partition ${partition}, or does not exist.`);
  if (offset < ends.first || offset >= ends.end)
    throw new UserError(
      `${placeName(place)} does not exist: the partition has offsets ${ends.first} to ${ends.end - 1n}.`,
    );
  return ends;
}

/** @throws UserError where the batch can be read */
async function unreadableAt(kafka: KafkaClient, place: Place, signal: AbortSignal): Promise<UnreadableBatchAt> {
  const { topic, partition, offset } = place;
  try {
    await kafka.readRanges(topic, [{ partition, from: offset, to: offset + 1n }], () => {}, signal);
  } catch (error) {
    if (error instanceof UnreadablePartition) return error.batch;
    throw error;
  }
  throw new UserError(`The batch at ${placeName(place)} can be read; only unreadable batches can be skipped.`);
}

/** @throws UserError where neither the batch nor `--to` says where to continue */
function offsetAfter(batch: UnreadableBatchAt, { to, ...place }: SkipOptions, end: bigint): bigint {
  const nextOffset = to ?? batch.nextOffset;
  if (nextOffset === undefined)
    throw new UserError(
      `The batch at ${placeName(place)} is too damaged to tell where it ends. Give the offset to continue at with --to. ` +
        `The partition ends at ${end}.`,
    );
  if (nextOffset <= place.offset || nextOffset > end)
    throw new UserError(`--to must be greater than ${place.offset} and at most ${end}, the end of the partition.`);
  return nextOffset;
}
