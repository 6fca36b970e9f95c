import { sizeOf } from '../walk/compile-walk.ts';
import { logicalOf, type Logical } from '../schema/logical-types.ts';
import type { Shape } from '../schema/schema-names.ts';

/** A type whose values hold no others, except enums. */
export type Leaf = Extract<Shape, { kind: 'primitive' | 'fixed' }>;

export const isLeaf = (shape: Shape): shape is Leaf => shape.kind === 'primitive' || shape.kind === 'fixed';

/** What a writer's leaf becomes under a reader's. `from` and `size` are code that reads: calls of `AvroWalk`. */
export type Resolved =
  | { as: 'null' | 'boolean' | 'float' | 'double' | 'string' | 'json' | 'duration' }
  | { as: 'whole' | 'real' | 'date'; from: string }
  | { as: Time['kind']; digits: Time['digits']; from: string }
  | { as: 'bytes'; size: string }
  | { as: 'decimal'; size: string; scale: number; precision: unknown }
  | { as: 'uuid in text' | 'uuid in bytes'; from: string };

type Time = Extract<Logical, { digits: number }>;

/** https://avro.apache.org/docs/1.12.0/specification/#schema-resolution */
const promotions: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

/** Whether a reader of one primitive type can read what was written as another, or as the same. */
export const isPromotable = (writer: string, reader: string): boolean =>
  writer === reader || promotions[writer]?.includes(reader) === true;

type NamedShape = Extract<Shape, { full: string }>;

const lastPart = (full: string): string => full.slice(full.lastIndexOf('.') + 1);

/** Whether two named types match: by their unqualified names, or by an alias of the reader's. */
export function sameName(writer: NamedShape, reader: NamedShape): boolean {
  const name = lastPart(writer.full);
  return name === lastPart(reader.full) || reader.schema.aliases?.some((alias) => lastPart(alias) === name) === true;
}

/**
 * What a writer's value becomes under a reader's schema; undefined if they do not match.
 *
 * Avro's own rules ignore logical types: they would take a time in microseconds for one in milliseconds. Here two logical types of one kind
 * are converted, and two of different kinds do not match. If only the reader has one, the writer's value is taken to mean it. If only the
 * writer has one, the reader gets the plain number, text or bytes.
 */
export function resolveLeaf(from: Leaf, to: Leaf): Resolved | undefined {
  const [meant, wanted] = [logicalOf(from), logicalOf(to)];
  if (meant !== undefined && wanted !== undefined && meant.kind !== wanted.kind) return undefined;
  const hasDecimal = meant?.kind === 'decimal' || wanted?.kind === 'decimal';
  if (meant?.kind === 'decimal' && wanted?.kind === 'decimal' && meant.scale !== wanted.scale) return undefined;
  if (wanted?.kind === 'uuid' && meant?.kind === 'uuid' && from.kind !== to.kind)
    return from.kind === 'fixed'
      ? { as: 'uuid in text', from: 't.uuidOfBytes()' }
      : { as: 'uuid in bytes', from: 't.uuidOfText()' };
  if (from.kind === 'fixed' || to.kind === 'fixed') {
    if (from.kind !== 'fixed' || to.kind !== 'fixed' || !sameName(from, to)) return undefined;
    const size = sizeOf(from.schema.size);
    return size === sizeOf(to.schema.size) ? bytes(size, wanted, hasDecimal) : undefined;
  }
  const whole = from.type === 'int' ? 't.int32()' : 't.integer()';
  if (wanted !== undefined && 'digits' in wanted) {
    if (meant === undefined || !('digits' in meant) || meant.digits === wanted.digits)
      return isPromotable(from.type, to.type) ? { as: wanted.kind, digits: wanted.digits, from: whole } : undefined;
    const scaled = `t.scaled(${whole},${wanted.digits - meant.digits},${to.type === 'int' ? 32 : 64})`;
    return { as: wanted.kind, digits: wanted.digits, from: scaled };
  }
  if (!isPromotable(from.type, to.type)) return undefined;
  // Text cannot become a decimal's bytes, nor those text.
  if (hasDecimal && from.type !== to.type) return undefined;
  if (wanted?.kind === 'date') return { as: 'date', from: whole };
  if (wanted?.kind === 'json') return { as: 'json' };
  switch (to.type) {
    case 'int':
    case 'long':
      return { as: 'whole', from: whole };
    case 'float':
    case 'double':
      if (from.type === 'float' || from.type === 'double') return { as: from.type };
      return { as: 'real', from: `t.exact${to.type === 'float' ? 'Float' : 'Double'}(${whole})` };
    case 'bytes':
      // The UTF-8 of a string is checked, as if it stayed a string.
      return bytes(from.type === 'string' ? 't.textLength()' : 't.length()', wanted, hasDecimal);
    default:
      return { as: to.type as 'null' | 'boolean' | 'string' };
  }
}

function bytes(size: number | string, wanted: Logical | undefined, hasDecimal: boolean): Resolved {
  if (wanted?.kind === 'uuid') return { as: 'uuid in bytes', from: 't.uuidOfBytes()' };
  if (wanted?.kind === 'duration') return { as: 'duration' };
  const measured = hasDecimal ? `t.decimalSize(${size})` : String(size);
  return wanted?.kind === 'decimal'
    ? { as: 'decimal', size: measured, scale: wanted.scale, precision: wanted.precision }
    : { as: 'bytes', size: measured };
}
