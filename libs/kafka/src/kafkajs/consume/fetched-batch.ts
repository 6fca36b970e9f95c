import type { Batch } from 'kafkajs';
import type { RecordSet, UnreadableBatchAt } from '../../fetch/record-set.ts';
import type { KafkaRecord } from '../../records/kafka-record.ts';
import { isFetchedMessage } from '../patches/fetch-decoder.ts';

/** What one fetch brought of a partition, from the requested offset on. */
export interface FetchedBatch {
  /** May be empty. */
  readonly records: readonly KafkaRecord[];
  /** Where to continue. */
  readonly nextOffset: bigint;
  /** Set where the batch at the requested offset cannot be read. Then there are no records. */
  readonly unreadable?: UnreadableBatchAt;
  /** Set where the log starts after the requested offset, or ends before it. Then there are no records. */
  readonly isOutOfRange?: true;
}

/** @throws where kafkajs has decoded the batch itself, as it does for a broker that does not know version 11 of Fetch */
export function fetchedBatch(batch: Batch): FetchedBatch {
  const [message] = batch.messages as readonly unknown[];
  if (!isFetchedMessage(message)) throw new Error('Kafka 2.5 or newer is needed: the broker is older');
  return fetchedSet(message.set, BigInt((batch as Batch & { fetchedOffset: string }).fetchedOffset));
}

/** @param offset what was asked for */
export function fetchedSet(set: RecordSet, offset: bigint): FetchedBatch {
  const { records, nextOffset, bytes, unreadable, isOutOfRange } = set;
  if (isOutOfRange === true) return { records, nextOffset: offset, isOutOfRange };
  if (unreadable !== undefined) return { records, nextOffset: offset, unreadable: { ...unreadable, offset } };
  // The broker sends nothing that ends before the requested offset: the batch's own offset, which no checksum covers, is wrong.
  if (nextOffset <= offset) {
    const reason = `it claims to end before the offset ${nextOffset}, where it cannot lie`;
    return { records: [], nextOffset: offset, unreadable: { reason, bytes, nextOffset: undefined, offset } };
  }
  // Batches are fetched whole, also where the requested offset lies in their middle.
  let skipped = 0;
  while (skipped < records.length && (records[skipped] as KafkaRecord).offset < offset) skipped++;
  return { records: skipped === 0 ? records : records.slice(skipped), nextOffset };
}
