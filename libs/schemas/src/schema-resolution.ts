import type { AvroField } from './avro-schema.ts';
import type { Place, Shape } from './schema-names.ts';

/** https://avro.apache.org/docs/1.12.0/specification/#schema-resolution */
const promotions: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

/** Whether a reader's primitive type can take a writer's. */
export const isPromotable = (writer: string, reader: string): boolean =>
  writer === reader || promotions[writer]?.includes(reader) === true;

type NamedShape = Extract<Shape, { full: string }>;

const lastPart = (full: string): string => full.slice(full.lastIndexOf('.') + 1);

/** Whether two named types are meant to be one: by their unqualified names, or by an alias of the reader's. */
export function sameName(writer: NamedShape, reader: NamedShape): boolean {
  const name = lastPart(writer.full);
  return name === lastPart(reader.full) || reader.schema.aliases?.some((alias) => lastPart(alias) === name) === true;
}

/** The branch of a reader's union that takes what the writer wrote: the first of the same type, else the first it can become. */
export function matchingBranch(
  writer: Exclude<Shape, { kind: 'union' }>,
  branches: readonly Place[],
  shapeOf: (place: Place) => Shape,
): Exclude<Shape, { kind: 'union' }> | undefined {
  // A union may not contain a union.
  const shapes = branches.map(shapeOf).filter((shape) => shape.kind !== 'union');
  return shapes.find((shape) => isSame(writer, shape)) ?? shapes.find((shape) => isCompatible(writer, shape));
}

function isSame(writer: Shape, reader: Shape): boolean {
  if (writer.kind === 'primitive') return reader.kind === 'primitive' && writer.type === reader.type;
  if ('full' in writer) return writer.kind === reader.kind && 'full' in reader && writer.full === reader.full;
  return writer.kind === reader.kind;
}

function isCompatible(writer: Shape, reader: Shape): boolean {
  if (writer.kind === 'primitive') return reader.kind === 'primitive' && isPromotable(writer.type, reader.type);
  if ('full' in writer) return writer.kind === reader.kind && 'full' in reader && sameName(writer, reader);
  return false;
}

/**
 * The reader's field for each of the writer's that it knows, by the writer's name. A name goes before an alias: where the writer
 * has both the old field and the new one, the new one counts.
 */
export function matchFields(
  writer: readonly AvroField[],
  reader: readonly AvroField[],
): ReadonlyMap<string, AvroField> {
  const written = new Set(writer.map(({ name }) => name));
  const matches = new Map<string, AvroField>();
  for (const field of reader) if (written.has(field.name)) matches.set(field.name, field);
  for (const field of reader) {
    if (written.has(field.name)) continue;
    const alias = field.aliases?.find((name) => written.has(name) && !matches.has(name));
    if (alias !== undefined) matches.set(alias, field);
  }
  return matches;
}
