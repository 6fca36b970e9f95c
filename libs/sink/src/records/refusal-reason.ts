import { outgoingBytes, readDeadLetterHeaders, type OutgoingRecord, type RecordsRefused } from '@sluice/kafka';

/** The topic's settings that make it take a record. */
const settingOf: Readonly<Record<string, string>> = {
  MESSAGE_TOO_LARGE: 'max.message.bytes',
  RECORD_LIST_TOO_LARGE: 'segment.bytes',
};

/** What Kafka refuses of a commit, where it came from, and how to mend it: nothing but a person can. */
export function refusalReason(
  { errorClass, message, records: refused, together }: RecordsRefused,
  records: readonly (OutgoingRecord & { topic: string })[],
): string {
  if (together)
    return `Kafka does not take ${refused.length} records in one request, each goes by itself now (${errorClass})`;
  const [largest] = records
    .filter((record) => refused.includes(record))
    .toSorted((a, b) => outgoingBytes(b) - outgoingBytes(a));
  if (largest === undefined) return message;
  const letter = readDeadLetterHeaders(largest.headers ?? {});
  const what =
    letter === undefined
      ? 'an output record'
      : `the dead letter of the record at offset ${letter.offset} of ${letter.topic}-${letter.partition}`;
  const setting = settingOf[errorClass];
  const mend = setting === undefined ? message : `raise ${setting} of that topic`;
  return `the topic ${largest.topic} does not take ${what}, of ${outgoingBytes(largest)} bytes before compression: ${mend} (${errorClass})`;
}
