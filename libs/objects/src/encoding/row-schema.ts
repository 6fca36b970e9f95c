import type { AvroField, AvroSchema } from '@sluice/avro';
import { rowNames } from '@sluice/contracts';

const isUnion = (schema: AvroSchema): schema is readonly AvroSchema[] => Array.isArray(schema);

/**
 * A writer's schema with the names that BigQuery can take, at any depth: the bytes of a record hold no names, so that a file may give
 * its fields others. See `rowNames`.
 *
 * Defaults are left out. Reading what was written with the schema does not need them, and a reader that checks them refuses the whole
 * file for one wrong default.
 */
export function rowSchema<S extends AvroSchema>(schema: S): S {
  return renamed(schema, true) as S;
}

function renamed(schema: AvroSchema, isOutermost: boolean): AvroSchema {
  if (typeof schema === 'string') return schema;
  if (isUnion(schema)) return schema.map((branch) => renamed(branch, false));
  if ('fields' in schema) {
    const names = rowNames(
      schema.fields.map(({ name }) => name),
      isOutermost,
    );
    const fields = schema.fields.map(({ default: _, ...field }): AvroField => ({
      ...field,
      name: names.get(field.name) ?? field.name,
      type: renamed(field.type, false),
    }));
    return { ...schema, fields };
  }
  if ('symbols' in schema) {
    const { default: _, ...enumeration } = schema;
    return enumeration;
  }
  if ('items' in schema) return { ...schema, items: renamed(schema.items, false) };
  if ('values' in schema) return { ...schema, values: renamed(schema.values, false) };
  return typeof schema.type === 'string' ? schema : { ...schema, type: renamed(schema.type, false) };
}
