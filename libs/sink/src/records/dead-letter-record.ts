import { deadLetterHeaders, deadLetterPlace, type Identified, type OutgoingRecord } from '@sluice/kafka';
import { deadLetterTopic } from '@sluice/contracts';
import type { RejectedRecord } from './rejected-record.ts';

/** A rejected record as it goes to the dead letters: key, value and headers untouched, with the reason and the place it came from. */
export function deadLetterRecord(
  { raw, reason, errorClass, attempts, schemaId, firstSeen }: RejectedRecord,
  from: { app: string; event: Identified; partition: number },
): OutgoingRecord & { topic: string } {
  const { app, event, partition } = from;
  const letter = {
    by: app,
    ...deadLetterPlace(event, partition, raw),
    reason,
    errorClass,
    attempts,
    firstSeen,
    deadSince: new Date(),
  };
  return {
    topic: deadLetterTopic(event.topic),
    key: raw.key,
    value: raw.value,
    headers: deadLetterHeaders(raw.headers, { ...letter, ...(schemaId !== undefined && { schemaId }) }),
  };
}
