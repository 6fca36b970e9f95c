import type { AvroField, AvroSchema } from '../avro/avro-schema.ts';
import { ByteWriter } from '../avro/byte-writer.ts';
import { defaultAvro } from '../avro/default-avro.ts';
import type { JsonForm } from './json-form.ts';
import { compileTranscoder } from './transcoder.ts';

/**
 * The JSON of a field's default.
 *
 * @param schema the whole schema, which defines the types that the field refers to
 * @param record the full name of the record in it that has the field
 */
export function defaultJson(schema: AvroSchema, record: string, field: AvroField, form: JsonForm): string {
  const out = new ByteWriter(64);
  const { schema: alone, avro } = defaultAvro(schema, record, field);
  compileTranscoder(alone, [schema], undefined, form)(avro, out);
  return out.written().toString().slice('{"x":'.length, -1);
}
