import type { AvroSchema } from '@sluice/avro';
import type { RegisteredSchema } from './registered-schema.ts';

/**
 * Logical types for the semantic types of Debezium, which its converter writes into the attribute `connect.name`. Its timestamps have no
 * time zone: https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-temporal-types
 */
const logicalTypes: Readonly<Record<string, string>> = {
  'int io.debezium.time.Date': 'date',
  'int io.debezium.time.Time': 'time-millis',
  'long io.debezium.time.MicroTime': 'time-micros',
  'long io.debezium.time.Timestamp': 'local-timestamp-millis',
  'long io.debezium.time.MicroTimestamp': 'local-timestamp-micros',
  'long io.debezium.time.NanoTimestamp': 'local-timestamp-nanos',
};

/** A schema whose types mean what Kafka Connect says of them, where Avro itself says nothing. */
export const withConnectTypes = ({
  schema,
  references,
}: RegisteredSchema): { schema: AvroSchema; references: readonly AvroSchema[] } => ({
  schema: typed(schema),
  references: references?.map(typed) ?? [],
});

const isUnion = (schema: AvroSchema): schema is readonly AvroSchema[] => Array.isArray(schema);

/** The same object where nothing changes, so that a transcoder sees that nothing is resolved. */
function typed(schema: AvroSchema): AvroSchema {
  if (typeof schema === 'string') return schema;
  if (isUnion(schema)) return changed(schema, schema.map(typed));
  if ('fields' in schema) {
    const fields = schema.fields.map((field) => {
      const type = typed(field.type);
      return type === field.type ? field : { ...field, type };
    });
    return changed(schema.fields, fields) === schema.fields ? schema : { ...schema, fields };
  }
  if ('items' in schema) return inner(schema, 'items', schema.items);
  if ('values' in schema) return inner(schema, 'values', schema.values);
  if ('symbols' in schema || 'size' in schema) return schema;
  if (typeof schema.type !== 'string') return inner(schema, 'type', schema.type);
  const logicalType = logicalTypes[`${schema.type} ${String(Reflect.get(schema, 'connect.name'))}`];
  return logicalType === undefined || schema.logicalType !== undefined ? schema : { ...schema, logicalType };
}

function inner<S extends AvroSchema & object>(schema: S, name: string, of: AvroSchema): S {
  const type = typed(of);
  return type === of ? schema : { ...schema, [name]: type };
}

const changed = <T>(before: readonly T[], after: readonly T[]): readonly T[] =>
  after.every((one, at) => one === before[at]) ? before : after;
