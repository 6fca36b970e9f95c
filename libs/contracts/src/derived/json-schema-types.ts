import type { AvroField, AvroSchema } from '@sluice/avro';
import { anyValue } from './merge-types.ts';

/** An object of any shape. */
export const anyObject: AvroSchema = { type: 'string', logicalType: 'json' };

type JsonSchema = boolean | { readonly [keyword: string]: unknown };

const primitives: Readonly<Record<string, AvroSchema>> = {
  string: 'string',
  integer: 'long',
  number: 'double',
  boolean: 'boolean',
  null: 'null',
};

/**
 * The Avro types of the values that a JSON Schema describes, for templates, tables and columns: https://json-schema.org/draft/2020-12
 *
 * Objects with properties are records, others maps; all properties may be absent. What has no type, or one in another document, is a
 * value of any type. Formats and bounds say nothing about types.
 */
export function jsonSchemaTypes(root: JsonSchema): AvroSchema {
  let records = 0;

  const typeOf = (schema: JsonSchema, around: readonly JsonSchema[]): AvroSchema => {
    if (typeof schema === 'boolean' || around.includes(schema)) return anyValue;
    const inside = [...around, schema];
    const { $ref: reference, type, enum: values } = schema;
    if (typeof reference === 'string') {
      const found = resolved(root, reference);
      return found === undefined ? anyValue : typeOf(found, inside);
    }
    const alternatives = [schema['oneOf'], schema['anyOf']].find(Array.isArray) as readonly JsonSchema[] | undefined;
    if (alternatives !== undefined) return unionOf(alternatives.map((one) => typeOf(one, inside)));
    if (Array.isArray(type)) return unionOf(type.map((one: string) => typeOf({ ...schema, type: one }, around)));
    if (type === 'array')
      return { type: 'array', items: isSchema(schema['items']) ? typeOf(schema['items'], inside) : anyValue };
    if (type === 'object' || propertiesOf(schema) !== undefined) return objectOf(schema, inside);
    if (typeof type === 'string') return primitives[type] ?? anyValue;
    return Array.isArray(values) && values.every((value) => typeof value === 'string') ? 'string' : anyValue;
  };

  const objectOf = (schema: Exclude<JsonSchema, boolean>, inside: readonly JsonSchema[]): AvroSchema => {
    const properties = propertiesOf(schema);
    if (properties === undefined) {
      const values = schema['additionalProperties'];
      return isSchema(values) && typeof values === 'object'
        ? { type: 'map', values: typeOf(values, inside) }
        : anyObject;
    }
    const fields = Object.entries(properties).map(([name, property]): AvroField => {
      const doc = typeof property === 'object' ? property['description'] : undefined;
      const type = unionOf(['null', typeOf(property, inside)]);
      return { name, type, ...(typeof doc === 'string' && { doc }) };
    });
    return { type: 'record', name: `Object${++records}`, fields };
  };

  /** All properties that the schema and its parts name. */
  const propertiesOf = (schema: Exclude<JsonSchema, boolean>): Readonly<Record<string, JsonSchema>> | undefined => {
    const own = schema['properties'] as Readonly<Record<string, JsonSchema>> | undefined;
    const parts = Array.isArray(schema['allOf']) ? (schema['allOf'] as readonly JsonSchema[]) : [];
    const others = parts.map((part) => {
      if (typeof part === 'boolean') return undefined;
      const found = typeof part['$ref'] === 'string' ? resolved(root, part['$ref']) : part;
      return typeof found === 'object'
        ? (found['properties'] as Readonly<Record<string, JsonSchema>> | undefined)
        : undefined;
    });
    const all = [own, ...others].filter((one) => one !== undefined);
    return all.length === 0 ? undefined : Object.assign({}, ...all);
  };

  return typeOf(root, []);
}

/** A JSON value in a record's place is one of a field: see `derivedRecord`. */
const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'boolean' || (typeof value === 'object' && value !== null && !Array.isArray(value));

/** A definition in the same document. */
function resolved(root: JsonSchema, reference: string): JsonSchema | undefined {
  if (!reference.startsWith('#')) return undefined;
  let found: unknown = root;
  for (const part of reference
    .slice(1)
    .split('/')
    .filter((one) => one !== '')) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, name) ? Reflect.get(found, name) : undefined;
  }
  return isSchema(found) ? found : undefined;
}

/** A union without unions in it, and each type once. */
function unionOf(types: readonly AvroSchema[]): AvroSchema {
  const flat = types.flatMap((type): readonly AvroSchema[] =>
    Array.isArray(type) ? (type as readonly AvroSchema[]) : [type],
  );
  const once = flat.filter((type, at) => flat.findIndex((one) => JSON.stringify(one) === JSON.stringify(type)) === at);
  return once.length === 1 && once[0] !== undefined ? once[0] : once;
}
