import avsc from 'avsc';
import type { AvroSchema } from '@sluice/avro';

/** Bytes before the Avro body: a zero and the schema id, big-endian (the registry's wire format). */
export const prefixBytes = 5;

/** Encodes a Date as timestamp-millis. */
class TimestampMillis extends avsc.types.LogicalType {
  protected override _fromValue(value: number): Date {
    return new Date(value);
  }
  protected override _toValue(value: unknown): number | undefined {
    return value instanceof Date ? value.getTime() : undefined;
  }
}

/** The avsc type that encodes a contract's events. */
export const eventType = (schema: AvroSchema): avsc.Type =>
  avsc.Type.forSchema(structuredClone(schema) as avsc.Schema, {
    logicalTypes: { 'timestamp-millis': TimestampMillis },
    omitRecordMethods: true,
  });

/**
 * An event as a Kafka value.
 *
 * @throws TypeError that names the fields, not their contents, when the event does not fit its contract, or has text with a lone surrogate:
 * half of a character has no UTF-8, and avsc would write bytes that other readers fail on
 */
export function encodeEvent(type: avsc.Type, id: number, event: unknown): Buffer {
  let body: Buffer;
  try {
    body = type.toBuffer(event);
  } catch {
    const paths: string[] = [];
    type.isValid(event, { errorHook: (path) => void paths.push(path.join('.') || 'the event') });
    throw new TypeError(`the event does not fit its contract in ${[...new Set(paths)].join(', ') || 'some field'}`);
  }
  // How avsc writes a lone surrogate: in short texts it encodes it itself, in long ones Node replaces it.
  if (maySplitCharacter(body) || body.includes('\ufffd')) {
    const paths = illFormedTexts(event);
    if (paths.length > 0) throw new TypeError(`half of a character (a lone surrogate) in ${paths.join(', ')}`);
  }
  const value = Buffer.allocUnsafe(prefixBytes + body.length);
  value[0] = 0;
  value.writeUInt32BE(id, 1);
  body.copy(value, prefixBytes);
  return value;
}

/** Whether some bytes are those of half a character: ED, then A0 to BF. Half of the Korean syllables begin with ED too. */
function maySplitCharacter(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(0xed); at >= 0; at = bytes.indexOf(0xed, at + 1))
    if ((bytes[at + 1] ?? 0) >= 0xa0) return true;
  return false;
}

/** The paths of an event's texts that have no UTF-8. */
function illFormedTexts(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value === 'string') return value.isWellFormed() ? [] : [path.join('.') || 'the event'];
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key.isWellFormed() ? illFormedTexts(inner, [...path, key]) : [`a name in ${path.join('.')}`],
  );
}
