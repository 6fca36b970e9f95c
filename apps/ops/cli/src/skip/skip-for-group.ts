import {
  deadLetterHeaders,
  RecordsRefused,
  unreadableBatchClass,
  type KafkaClient,
  type UnreadableBatchAt,
} from '@sluice/kafka';
import { deadLetterTopic } from '@sluice/contracts';
import { printable } from '../terminal/printable.ts';
import { UserError } from '../user-error.ts';
import type { Place } from './place.ts';

/** Who decided to skip, and why. */
export interface Decision {
  by: string;
  reason: string;
}

/**
 * Writes the batch to the dead-letter topic and commits the offset after it, in one transaction.
 *
 * @throws UserError when the group has been moved meanwhile, or the dead-letter topic cannot hold the batch
 */
export async function skipForGroup(
  kafka: KafkaClient,
  skip: { group: string; place: Place; batch: UnreadableBatchAt; nextOffset: bigint; decision: Decision },
): Promise<void> {
  const { group, place, batch, nextOffset, decision } = skip;
  const { topic, partition, offset } = place;
  const now = new Date();
  const headers = deadLetterHeaders(
    {},
    {
      ...{ by: group, topic, partition, offset, nextOffset, decidedBy: decision.by },
      reason: `${decision.reason} (the batch cannot be read: ${batch.reason})`,
      errorClass: unreadableBatchClass,
      ...{ attempts: 1, firstSeen: now, deadSince: now },
    },
  );
  const deadLetter = { topic: deadLetterTopic(topic), key: null, value: batch.bytes, headers };
  const offsets = kafka.offsetsOf(group, [{ topic, partition }]);
  try {
    const committed = await offsets.committed({ topic, partition });
    if (committed > offset) throw new UserError(`The group ${printable(group)} has just been moved to ${committed}.`);
    await offsets.commit({ topic, partition, records: [deadLetter], nextOffset });
  } catch (error) {
    if (!(error instanceof RecordsRefused)) throw error;
    throw new UserError(
      `The topic ${deadLetter.topic} does not take the batch of ${batch.bytes.length} bytes (${error.errorClass}). Raise its max.message.bytes.`,
    );
  } finally {
    await offsets.close();
  }
}
