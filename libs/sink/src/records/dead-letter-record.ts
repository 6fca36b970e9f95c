import { deadLetterHeaders, deadLetterPlace, type OutgoingRecord } from '@sluice/kafka';
import { deadLetterTopic } from '@sluice/contracts';
import type { RejectedRecord } from './rejected-record.ts';

/** A rejected record as it goes to the dead letters: key, value and headers untouched, with the reason and the place it came from. */
export function deadLetterRecord(
  { raw, reason, errorClass, attempts, schemaId, firstSeen }: RejectedRecord,
  from: { app: string; topic: string; partition: number },
): OutgoingRecord & { topic: string } {
  const { app, topic, partition } = from;
  const letter = {
    by: app,
    ...deadLetterPlace(topic, partition, raw),
    reason,
    errorClass,
    attempts,
    firstSeen,
    deadSince: new Date(),
  };
  return {
    topic: deadLetterTopic(topic),
    key: raw.key,
    value: raw.value,
    headers: deadLetterHeaders(raw.headers, { ...letter, ...(schemaId !== undefined && { schemaId }) }),
  };
}
