import { createHash } from 'node:crypto';
import type { SinkRecord } from '@sluice/sink';

/**
 * Tells one record from another at the same place of a topic that was deleted and made again: the first 32 hexadecimal digits of the
 * SHA-256 over the timestamp (eight bytes, milliseconds), the key's length (four bytes, -1 where there is no key), the key, and the
 * value as it is in Kafka. Numbers are big-endian.
 */
export function recordFingerprint({ timestampMs, key, schema, avro }: SinkRecord): string {
  const head = Buffer.alloc(12);
  head.writeBigInt64BE(BigInt(timestampMs), 0);
  head.writeInt32BE(key?.length ?? -1, 8);
  // The registry's prefix of the value: a zero byte and the schema's id.
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(schema.id, 1);
  const hash = createHash('sha256').update(head);
  if (key !== null) hash.update(key);
  return hash.update(prefix).update(avro).digest('hex').slice(0, 32);
}
