import { outgoingBytes, readDeadLetterHeaders, type OutgoingRecord, type RecordsRefused } from '@sluice/kafka';

/** The topic's settings that make it take a record. */
const settingOf: Readonly<Record<string, string>> = {
  MESSAGE_TOO_LARGE: 'max.message.bytes',
  RECORD_LIST_TOO_LARGE: 'segment.bytes',
};

/** Which record of a commit Kafka refuses, where it came from, and what a person can do about it. */
export function refusalReason(
  { errorClass, message, records: refused, together }: RecordsRefused,
  records: readonly (OutgoingRecord & { topic: string })[],
): string {
  if (together)
    return `Kafka does not take ${refused.length} records in one request, so each is sent in its own now (${errorClass})`;
  const [largest] = records
    .filter((record) => refused.includes(record))
    .toSorted((a, b) => outgoingBytes(b) - outgoingBytes(a));
  if (largest === undefined) return message;
  const deadLetter = readDeadLetterHeaders(largest.headers ?? {});
  const what =
    deadLetter === undefined
      ? 'an output record'
      : `the dead letter of the record at offset ${deadLetter.offset} of ${deadLetter.topic}-${deadLetter.partition}`;
  const setting = settingOf[errorClass];
  const remedy = setting === undefined ? message : `raise ${setting} of that topic`;
  return `the topic ${largest.topic} does not take ${what}, of ${outgoingBytes(largest)} bytes before compression: ${remedy} (${errorClass})`;
}
