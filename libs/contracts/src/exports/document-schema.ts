import { logicalOf, SchemaNames, type Logical, type Place, type Shape } from '@sluice/avro';
import type { EventContract } from '../contract/event-contract.ts';
import { documentNames } from '../destinations/field-names.ts';

/** A schema of JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema of an event's documents, as they are in Elasticsearch. A newer producer's fields are allowed. Left out is what only
 * extreme values have: a date outside the years 1 to 9999 is a number.
 */
export function documentSchema(contract: EventContract): JsonSchema {
  const walk: Walk = { names: new SchemaNames([contract.schema]), defined: new Map(), root: contract.name };
  const root = typeOf({ schema: contract.schema, namespace: '' }, walk);
  walk.defined.delete(contract.name);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:sluice:${contract.topic}`,
    title: contract.name,
    ...root,
    ...(walk.defined.size > 0 && { $defs: Object.fromEntries(walk.defined) }),
  };
}

interface Walk {
  readonly names: SchemaNames;
  /** The named types so far, by full name. */
  readonly defined: Map<string, JsonSchema>;
  /** The full name of the outermost record. */
  readonly root: string;
}

function typeOf(place: Place, walk: Walk): JsonSchema {
  const shape = walk.names.shape(place);
  switch (shape.kind) {
    case 'primitive':
    case 'fixed':
      return scalar(shape);
    case 'enum':
      return { enum: shape.schema.symbols };
    case 'array':
      return { type: 'array', items: typeOf(shape.items, walk) };
    case 'map':
      return { type: 'object', additionalProperties: typeOf(shape.values, walk) };
    case 'union':
      return { anyOf: shape.branches.map((branch) => typeOf(branch, walk)) };
    case 'record':
      return record(shape, walk);
  }
}

function record({ schema, full, namespace }: Extract<Shape, { kind: 'record' }>, walk: Walk): JsonSchema {
  const isRoot = full === walk.root;
  const reference = isRoot ? '#' : `#/$defs/${full}`;
  if (walk.defined.has(full)) return { $ref: reference };
  // Reserved before its fields are read: a record may contain itself.
  walk.defined.set(full, {});
  const fieldNames = schema.fields.map(({ name }) => name);
  const names = documentNames(fieldNames, isRoot);
  const nameOf = (name: string) => names.get(name) ?? name;
  const described = {
    type: 'object',
    ...(schema.doc !== undefined && { description: schema.doc }),
    properties: Object.fromEntries(
      schema.fields.map(({ name, type, doc }) => [
        nameOf(name),
        { ...typeOf({ schema: type, namespace }, walk), ...(doc !== undefined && { description: doc }) },
      ]),
    ),
    required: fieldNames.map(nameOf),
  };
  walk.defined.set(full, described);
  return isRoot ? described : { $ref: reference };
}

const primitives: Readonly<Record<string, JsonSchema>> = {
  null: { type: 'null' },
  boolean: { type: 'boolean' },
  int: { type: 'integer' },
  long: { type: 'integer' },
  float: { anyOf: [{ type: 'number' }, { enum: ['NaN', 'Infinity', '-Infinity'] }] },
  double: { anyOf: [{ type: 'number' }, { enum: ['NaN', 'Infinity', '-Infinity'] }] },
  string: { type: 'string' },
};
const base64: JsonSchema = { type: 'string', contentEncoding: 'base64' };

const logicalTypes: Readonly<Record<Logical['kind'], JsonSchema>> = {
  instant: { type: 'string', format: 'date-time' },
  'local time': { type: 'string' },
  'time of day': { type: 'string' },
  date: { type: 'string', format: 'date' },
  decimal: { anyOf: [{ type: 'number' }, { type: 'string' }] },
  uuid: { type: 'string' },
  duration: { type: 'string', format: 'duration' },
  // The text is written as the JSON that it holds.
  json: {},
};

function scalar(shape: Extract<Shape, { kind: 'primitive' | 'fixed' }>): JsonSchema {
  const logical = logicalOf(shape);
  if (logical !== undefined) return logicalTypes[logical.kind];
  return shape.kind === 'fixed' ? base64 : (primitives[shape.type] ?? base64);
}
