import avsc from 'avsc';
import { namespaceOf, type AvroField, type AvroSchema } from './avro-schema.ts';
import { ByteWriter } from './byte-writer.ts';
import type { JsonForm } from './transcoder-program.ts';
import { compileTranscoder } from './transcoder.ts';

/**
 * The JSON of a field's default, by the rules that its values follow: the default is encoded as Avro, and transcoded.
 *
 * @param schema the whole schema, which defines the types that the field refers to
 * @param record the full name of the record in it that has the field
 */
export function defaultJson(schema: AvroSchema, record: string, field: AvroField, form: JsonForm): string {
  const types: Record<string, avsc.Type> = {};
  avsc.Type.forSchema(structuredClone(schema) as avsc.Schema, {
    registry: types,
    omitRecordMethods: true,
    wrapUnions: true,
  });
  const holder = types[record];
  const found =
    holder instanceof avsc.types.RecordType ? holder.fields.find(({ name }) => name === field.name) : undefined;
  if (found === undefined) throw new Error(`the schema has no field ${record}.${field.name}`);
  const out = new ByteWriter(64);
  // Alone in a record of the same namespace, so that the names in its type keep their meaning. No schema has a type of its name.
  const alone: AvroSchema = {
    type: 'record',
    name: '(alone)',
    namespace: namespaceOf(record),
    fields: [{ name: 'x', type: field.type }],
  };
  compileTranscoder(alone, [schema], undefined, form)(found.type.toBuffer(found.defaultValue()), out);
  return out.written().toString().slice('{"x":'.length, -1);
}
