import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { EventContract } from '@sluice/contracts';
import type { KafkaRecord } from './kafka-record.ts';

/** The header that holds an event's id. Only Sluice and producers for Sluice write it; other software uses the header `id`. */
export const idHeader = 'sluice-id';

/** The longest id, in bytes of UTF-8: what Elasticsearch takes as `_id`. */
export const longestIdBytes = 512;

/** The prefix of an encoded id. An id that starts with it is encoded too, so that two ids never become one. */
const mark = '~';
const markByte = 0x7e;

/** What an event's contract says of its id. */
export type Identified = Pick<EventContract, 'topic' | 'derived'>;

/**
 * The id of the event in a record: the header `sluice-id`; else the record's key, where the rules of a topic without a contract say so;
 * else the record's place and a checksum of its contents. The checksum distinguishes it from the record at the same place of a topic that
 * was
 * deleted and created again.
 */
export function recordId({ topic, derived }: Identified, partition: number, record: KafkaRecord): string {
  const header = record.header(idHeader);
  if (header !== undefined && header.length > 0) return idText(header);
  const { key } = record;
  return derived?.id === 'key' && key !== null && key.length > 0 ? idText(key) : placeId(topic, partition, record);
}

/** Whether an id's bytes are its text, as those of nearly all ids are. */
export const isIdText = (bytes: Buffer): boolean =>
  bytes.length > 0 && bytes.length <= longestIdBytes && bytes[0] !== markByte && isUtf8(bytes);

/** The text of an id, which may be any bytes: different bytes give different texts, of 512 bytes at most. */
export function idText(bytes: Buffer): string {
  if (isIdText(bytes)) return bytes.toString();
  const encoded = `${mark}base64url:${bytes.toString('base64url')}`;
  if (encoded.length <= longestIdBytes) return encoded;
  return `${mark}sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function placeId(topic: string, partition: number, record: KafkaRecord): string {
  const { offset, timestampMs, key, bytes, valueStart, valueEnd } = record;
  let checksum = crc32(`${timestampMs}`);
  if (key !== null) checksum = crc32(key, checksum);
  if (valueStart >= 0) checksum = crc32(bytes.subarray(valueStart, valueEnd), checksum);
  return `${topic}-${partition}-${offset}-${checksum.toString(16).padStart(8, '0')}`;
}
