import type { AvroField, AvroSchema } from '@sluice/avro';

/**
 * A type for values of no common type. Destinations keep them as they are: unindexed in a document, as JSON in a row.
 */
export const anyValue: AvroSchema = ['null', 'boolean', 'double', 'string'];

/** A schema in which each type is defined where it is used: see `normalized`. */
type Type = AvroSchema;
type Complex = Exclude<Type, string | readonly AvroSchema[]>;

const isUnion = (type: Type): type is readonly AvroSchema[] => Array.isArray(type);

/**
 * The type that has the values of both. Whole numbers become `long`, other numbers `double`, enums and texts `string`; records have the
 * fields of both. Other types have nothing in common: see `anyValue`.
 */
export function mergedType(one: Type, other: Type): Type {
  if (JSON.stringify(one) === JSON.stringify(other)) return one;
  const [left, right] = [withoutNull(one), withoutNull(other)];
  const isNullable = left.isNullable || right.isNullable;
  if (left.type === undefined) return right.type === undefined ? 'null' : nullable(right.type, true);
  if (right.type === undefined) return nullable(left.type, true);
  const merged = both(left.type, right.type);
  return merged === undefined ? anyValue : nullable(merged, isNullable);
}

/** The fields of both, those of the first in front. A field that only one has may be null. */
export function mergedFields(one: readonly AvroField[], other: readonly AvroField[]): AvroField[] {
  const open = new Map(other.map((field) => [field.name, field]));
  const first = one.map((field) => {
    const again = open.get(field.name);
    open.delete(field.name);
    if (again === undefined) return { ...field, type: mergedType(field.type, 'null') };
    const doc = again.doc ?? field.doc;
    return { ...field, ...(doc !== undefined && { doc }), type: mergedType(field.type, again.type) };
  });
  return [...first, ...[...open.values()].map((field) => ({ ...field, type: mergedType(field.type, 'null') }))];
}

/** @returns undefined if they have nothing in common */
function both(one: Type, other: Type): Type | undefined {
  if (JSON.stringify(one) === JSON.stringify(other)) return one;
  if (isUnion(one) || isUnion(other)) return undefined;
  const [left, right] = [kindOf(one), kindOf(other)];
  if (typeof one === 'object' && typeof other === 'object' && left.base === right.base) {
    if ('fields' in one && 'fields' in other) return { ...one, fields: mergedFields(one.fields, other.fields) };
    if ('items' in one && 'items' in other) return { ...one, items: mergedType(one.items, other.items) };
    if ('values' in one && 'values' in other) return { ...one, values: mergedType(one.values, other.values) };
    if ('symbols' in one && 'symbols' in other)
      return { ...one, symbols: [...new Set([...one.symbols, ...other.symbols])] };
  }
  if (left.logical !== undefined || right.logical !== undefined) return sameMeaning(one, other);
  const bases = [left.base, right.base];
  const are = (...kinds: readonly string[]) => bases.every((base) => kinds.includes(base));
  if (are('int', 'long')) return 'long';
  if (are('int', 'long', 'float', 'double')) return 'double';
  if (are('enum', 'string')) return 'string';
  if (are('bytes', 'fixed')) return 'bytes';
  return undefined;
}

const scaleOf = (type: Complex): unknown => ('scale' in type ? type.scale : undefined) ?? 0;
const precisionOf = (type: Complex): number =>
  'precision' in type && typeof type.precision === 'number' ? type.precision : Infinity;

/** Times in different units have the finer one, and decimals of one scale the greater precision. */
function sameMeaning(one: Type, other: Type): Type | undefined {
  if (typeof one === 'string' || typeof other === 'string' || isUnion(one) || isUnion(other)) return undefined;
  const [left, right] = [kindOf(one), kindOf(other)];
  const [prefix, ...units] = [one, other].flatMap(
    (type) => /^(.*timestamp)-(.*)$/.exec(kindOf(type).logical ?? '')?.slice(1) ?? [],
  );
  if (left.base === 'long' && right.base === 'long' && prefix !== undefined && units[1] === prefix)
    return timeUnits.indexOf(units[0] ?? '') >= timeUnits.indexOf(units[2] ?? '') ? one : other;
  if (left.logical !== 'decimal' || right.logical !== 'decimal' || scaleOf(one) !== scaleOf(other)) return undefined;
  return precisionOf(one) >= precisionOf(other) ? one : other;
}

const timeUnits: readonly string[] = ['millis', 'micros', 'nanos'];

function kindOf(type: Type): { base: string; logical: string | undefined } {
  if (typeof type === 'string') return { base: type, logical: undefined };
  if (isUnion(type)) return { base: 'union', logical: undefined };
  const base = typeof type.type === 'string' ? type.type : kindOf(type.type).base;
  return { base, logical: 'logicalType' in type ? type.logicalType : undefined };
}

/** The type of values that are not null; undefined if all are. */
function withoutNull(type: Type): { type: Type | undefined; isNullable: boolean } {
  if (type === 'null') return { type: undefined, isNullable: true };
  if (!isUnion(type)) return { type, isNullable: false };
  const others = type.filter((branch) => branch !== 'null');
  return {
    type: others.length === 1 ? others[0] : others.length === 0 ? undefined : others,
    isNullable: others.length < type.length,
  };
}

const nullable = (type: Type, isNullable: boolean): Type => {
  if (!isNullable || type === 'null') return type;
  if (isUnion(type)) return type.includes('null') ? type : ['null', ...type];
  return ['null', type];
};
