import { ByteWriter } from '@sluice/avro';
import { timeOfJson, type TimeField } from '@sluice/contracts';
import type { WriterSchema } from '@sluice/schema-registry';

const out = new ByteWriter();

/**
 * The event time in a field of a value, which lies between `from` and `to`. The value is written as JSON for it.
 *
 * @returns see `timeOfJson`
 * @throws MalformedAvro when the bytes do not fit their schema
 */
export function fieldTime(
  schema: WriterSchema,
  bytes: Buffer,
  { from, to }: { from: number; to: number },
  { field, timeZone }: { field: TimeField; timeZone: string },
): number | undefined {
  out.length = 0;
  schema.writeJson(bytes, out, undefined, from, to);
  return timeOfJson(JSON.parse(out.written().toString()), field, timeZone);
}
