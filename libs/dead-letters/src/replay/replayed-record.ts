import { idHeader, timeHeader, withoutDeadLetterHeaders, type OutgoingRecord } from '@sluice/kafka';
import { replaysHeader, type DeadLetterRecord } from '../record/dead-letter-record.ts';

/**
 * The original record of a dead letter: key, value and headers byte for byte, with a header that counts replays. It is the same event:
 * headers hold its id and its time, even where the original had neither.
 */
export function replayedRecord(deadLetter: DeadLetterRecord, timeMs: number): OutgoingRecord & { topic: string } {
  const { record, envelope, replays } = deadLetter;
  const { topic, id } = envelope;
  const headers = withoutDeadLetterHeaders(record.headers);
  const hasId = (record.header(idHeader)?.length ?? 0) > 0;
  return {
    topic,
    key: record.key,
    value: record.value,
    headers: {
      ...headers,
      ...(!hasId && id !== undefined && { [idHeader]: id }),
      [timeHeader]: String(timeMs),
      [replaysHeader]: String(replays + 1),
    },
  };
}
