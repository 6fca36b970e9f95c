import { SchemaNames, type AvroField, type AvroSchema, type Place, type Shape } from '@sluice/avro';
import type { FieldAnnotation } from '../contract/contract-schema.ts';
import { anyValue, mergedType } from './merge-types.ts';

type RecordShape = Extract<Shape, { kind: 'record' }>;

/** A schema with more types than this has no columns beyond them: they could be more than memory holds. */
const mostTypes = 20_000;

/**
 * A schema in which each type is defined where it is used, under a name of its own, so that two of them can be merged. A record within
 * itself is an `anyValue`. Branches of a union that have a type in common are that type.
 *
 * @param references named types that the schema refers to without defining them
 * @throws Error when a schema refers to a type that is not defined
 */
export function normalized(schema: AvroSchema, references: readonly AvroSchema[] = []): AvroSchema {
  const names = new SchemaNames([...references, schema]);
  let types = 0;
  /** The path of a field is a name that stays the same from schema to schema. No name in Avro has a slash. */
  const typeName = (path: readonly string[]) => `/${path.join('/')}`;

  const typeOf = (place: Place, path: readonly string[], around: readonly string[]): AvroSchema => {
    const shape = names.shape(place);
    if (++types > mostTypes) return anyValue;
    const inner = (at: Place) => typeOf(at, path, around);
    switch (shape.kind) {
      case 'primitive': {
        const { kind: _, ...primitive } = shape;
        return Object.keys(primitive).length === 1 ? primitive.type : ordered(primitive);
      }
      case 'enum':
        return { type: 'enum', name: typeName(path), symbols: shape.schema.symbols };
      case 'fixed':
        return { ...shape.schema, name: typeName(path), namespace: '' };
      case 'array':
        return { type: 'array', items: inner(shape.items) };
      case 'map':
        return { type: 'map', values: inner(shape.values) };
      case 'union':
        return unionOf(shape.branches.map((branch) => inner(branch)));
      case 'record':
        return around.includes(shape.full) ? anyValue : recordOf(shape, path, [...around, shape.full]);
    }
  };

  const recordOf = (
    { schema: record, namespace }: RecordShape,
    path: readonly string[],
    around: readonly string[],
  ) => ({
    type: 'record' as const,
    name: typeName(path),
    ...(record.doc !== undefined && { doc: record.doc }),
    fields: record.fields.map((field) => ({
      name: field.name,
      type: typeOf({ schema: field.type, namespace }, [...path, field.name], around),
      ...(field.doc !== undefined && { doc: field.doc }),
      ...searchOf(field),
    })),
  });

  return typeOf({ schema, namespace: '' }, [], []);
}

/** How a field is searched, where its schema says so as our contracts do: a producer may have a newer version of one. */
function searchOf(field: AvroField & { sluice?: unknown }): { sluice?: FieldAnnotation } {
  if (typeof field.sluice !== 'object' || field.sluice === null) return {};
  const { search, nested } = field.sluice as Readonly<Record<string, unknown>>;
  const sluice: FieldAnnotation = {
    ...((search === 'text' || search === 'none') && { search }),
    ...(nested === true && { nested }),
  };
  return Object.keys(sluice).length === 0 ? {} : { sluice };
}

/** The attributes that mean something, in one order, so that equal types are equal texts. */
function ordered({
  type,
  logicalType,
  precision,
  scale,
}: Omit<Extract<Shape, { kind: 'primitive' }>, 'kind'>): AvroSchema {
  if (typeof logicalType !== 'string') return type;
  return {
    type,
    logicalType,
    ...(typeof precision === 'number' && { precision }),
    ...(typeof scale === 'number' && { scale }),
  };
}

function unionOf(branches: readonly AvroSchema[]): AvroSchema {
  const isNullable = branches.includes('null');
  const others = branches.filter((branch) => branch !== 'null');
  const [first, ...rest] = others;
  if (first === undefined) return 'null';
  const merged = rest.reduce(mergedType, first);
  return isNullable ? mergedType(merged, 'null') : merged;
}
