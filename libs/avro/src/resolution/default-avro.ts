import avsc from 'avsc';
import { namespaceOf, type AvroField, type AvroSchema } from '../schema/avro-schema.ts';

/**
 * A field's default as Avro, so that it follows the same rules as any value: alone in a record, in the field `x`.
 *
 * @param schema the whole schema, which defines the types that the field refers to
 * @param record the full name of the record in it that has the field
 */
export function defaultAvro(
  schema: AvroSchema,
  record: string,
  field: AvroField,
): { schema: AvroSchema; avro: Buffer } {
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
  // In the same namespace, so that names in the field's type keep their meaning. No schema can have a type of this name.
  const alone: AvroSchema = {
    type: 'record',
    name: '(alone)',
    namespace: namespaceOf(record),
    fields: [{ name: 'x', type: field.type }],
  };
  return { schema: alone, avro: found.type.toBuffer(found.defaultValue()) };
}
