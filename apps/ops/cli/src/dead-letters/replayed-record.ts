import { withoutDeadLetterHeaders, type OutgoingRecord } from '@sluice/kafka';
import { replaysHeader, type Letter } from './letter.ts';

/**
 * The record that a letter was, on its way back to its topic: key, value and headers byte for byte, and a header that counts how often
 * it came back. It stays the same event: one that had no id but its place gets that place as its id.
 */
export function replayedRecord(letter: Letter, timestampMs: number): OutgoingRecord & { topic: string } {
  const { record, envelope, replays } = letter;
  const { topic, partition, offset } = envelope;
  const headers = withoutDeadLetterHeaders(record.headers);
  const place =
    headers['id'] === undefined && partition !== undefined && offset !== undefined
      ? { id: `${topic}-${partition}-${offset}` }
      : {};
  return {
    topic,
    key: record.key,
    value: record.value,
    headers: { ...headers, ...place, [replaysHeader]: String(replays + 1) },
    timestampMs,
  };
}
