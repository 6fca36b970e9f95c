import type { Batch } from 'kafkajs';
import type { FetchedRecords } from './fetch-response.ts';
import { kafkaRecord, type KafkaRecord } from './kafka-record.ts';

/** The records of one kafkajs batch, from the offset on that was asked for. They may be none. */
export function batchedRecords(batch: Batch): readonly KafkaRecord[] {
  const [first] = batch.messages as readonly unknown[];
  if (!isFetchedRecords(first)) {
    // From a broker before 2.3, or in a format of before 2017.
    return batch.messages.map(({ offset, timestamp, key, value, headers }) =>
      kafkaRecord({
        offset: BigInt(offset),
        timestampMs: Number(timestamp),
        key,
        value,
        ...(headers !== undefined && { headers }),
      }),
    );
  }
  // Batches are fetched whole, also where the offset lies in their middle.
  const from = BigInt((batch as Batch & { fetchedOffset: string }).fetchedOffset);
  const { records } = first;
  let skipped = 0;
  while (skipped < records.length && (records[skipped] as KafkaRecord).offset < from) skipped++;
  return skipped === 0 ? records : records.slice(skipped);
}

const isFetchedRecords = (message: unknown): message is FetchedRecords =>
  typeof message === 'object' && message !== null && 'records' in message;
