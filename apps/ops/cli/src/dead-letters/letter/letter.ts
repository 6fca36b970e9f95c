import { readDeadLetterHeaders, headerText, type DeadLetter, type KafkaRecord } from '@sluice/kafka';

/** A dead letter where it lies. */
export interface Letter {
  /** The topic of dead letters. */
  topic: string;
  partition: number;
  record: KafkaRecord;
  envelope: DeadLetter;
  /** How often it has been replayed before it died this time. */
  replays: number;
}

/** The header that counts how often a record came back from the dead letters. */
export const replaysHeader = 'replays';

/** A record of a topic of dead letters; undefined where it carries no envelope. */
export function letterOf(topic: string, partition: number, record: KafkaRecord): Letter | undefined {
  const envelope = readDeadLetterHeaders(record.headers);
  if (envelope === undefined) return undefined;
  const replays = Number(headerText(record.headers, replaysHeader) ?? 0);
  return { topic, partition, record, envelope, replays: Number.isSafeInteger(replays) && replays > 0 ? replays : 0 };
}

/** An envelope as JSON takes it. */
export const envelopeJson = ({ offset, nextOffset, ...envelope }: DeadLetter) => ({
  ...envelope,
  ...(offset !== undefined && { offset: String(offset) }),
  ...(nextOffset !== undefined && { nextOffset: String(nextOffset) }),
});

/** Names a letter the way `show` wants it. */
export const letterName = ({ topic, partition, record }: Letter): string => `${topic} ${partition} ${record.offset}`;
