import { idHeader, timeHeader, withoutDeadLetterHeaders, type OutgoingRecord } from '@sluice/kafka';
import { replaysHeader, type Letter } from '../letter/letter.ts';

/**
 * The record that a letter was, on its way back to its topic: key, value and headers byte for byte, and a header that counts how often
 * it came back. It stays the same event, with the same id and the same time: headers hold both, where they did not before.
 */
export function replayedRecord(letter: Letter, timeMs: number): OutgoingRecord & { topic: string } {
  const { record, envelope, replays } = letter;
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
