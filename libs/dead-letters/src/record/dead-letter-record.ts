import { readDeadLetterHeaders, headerText, type DeadLetter, type KafkaRecord } from '@sluice/kafka';

/** A record of a dead-letter topic. */
export interface DeadLetterRecord {
  /** The dead-letter topic. */
  topic: string;
  partition: number;
  record: KafkaRecord;
  /** What its `dead-letter.*` headers say. */
  envelope: DeadLetter;
  /** How often it had been replayed before it was given up this time. */
  replays: number;
}

/** The header that counts how often a record was replayed. */
export const replaysHeader = 'replays';

/** @returns undefined where the record has no dead letter's headers */
export function parseDeadLetter(topic: string, partition: number, record: KafkaRecord): DeadLetterRecord | undefined {
  const envelope = readDeadLetterHeaders(record.headers);
  if (envelope === undefined) return undefined;
  const replays = Number(headerText(record.headers, replaysHeader) ?? 0);
  return { topic, partition, record, envelope, replays: Number.isSafeInteger(replays) && replays > 0 ? replays : 0 };
}

/** An envelope whose offsets JSON can hold. */
export const envelopeJson = ({ offset, nextOffset, ...envelope }: DeadLetter) => ({
  ...envelope,
  ...(offset !== undefined && { offset: String(offset) }),
  ...(nextOffset !== undefined && { nextOffset: String(nextOffset) }),
});

/** A dead letter's place, as the arguments of `show`. */
export const deadLetterName = ({ topic, partition, record }: DeadLetterRecord): string =>
  `${topic} ${partition} ${record.offset}`;
