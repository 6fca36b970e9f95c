import type { RecordHeaders } from './kafka-record.ts';

/** A record on its way to Kafka. */
export interface OutgoingRecord {
  key: Buffer | string | null;
  value: Buffer | null;
  headers?: RecordHeaders;
  timestampMs?: number;
}

/** The bytes of key, value and headers, before compression. */
export function outgoingBytes({ key, value, headers = {} }: OutgoingRecord): number {
  let bytes = (key === null ? 0 : Buffer.byteLength(key)) + (value?.length ?? 0);
  for (const [name, texts] of Object.entries(headers))
    for (const text of [texts ?? ''].flat()) bytes += Buffer.byteLength(name) + Buffer.byteLength(text);
  return bytes;
}
