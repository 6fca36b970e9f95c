import type { AvroField } from '../schema/avro-schema.ts';
import { logicalOf } from '../schema/logical-types.ts';
import { isLeaf, resolveLeaf, sameName } from './leaf-resolution.ts';
import type { Place, Shape } from '../schema/schema-names.ts';

/**
 * The branch of a reader's union for a writer's value: the first with the same meaning (a time, if in another unit), else the first of the
 * same type, else the first that it can be promoted to.
 */
export function matchingBranch(
  writer: Exclude<Shape, { kind: 'union' }>,
  branches: readonly Place[],
  shapeOf: (place: Place) => Shape,
): Exclude<Shape, { kind: 'union' }> | undefined {
  // A union cannot contain a union.
  const shapes = branches.map(shapeOf).filter((shape) => shape.kind !== 'union');
  const possible = shapes.filter((shape) => isCompatible(writer, shape));
  return (
    possible.find((shape) => meansSame(writer, shape)) ?? possible.find((shape) => isSame(writer, shape)) ?? possible[0]
  );
}

function meansSame(writer: Shape, reader: Shape): boolean {
  if (!isLeaf(writer) || !isLeaf(reader)) return false;
  const meaning = logicalOf(writer);
  return meaning !== undefined && logicalOf(reader)?.kind === meaning.kind;
}

function isSame(writer: Shape, reader: Shape): boolean {
  if (writer.kind === 'primitive') return reader.kind === 'primitive' && writer.type === reader.type;
  if ('full' in writer) return writer.kind === reader.kind && 'full' in reader && writer.full === reader.full;
  return writer.kind === reader.kind;
}

function isCompatible(writer: Shape, reader: Shape): boolean {
  if (isLeaf(writer)) return isLeaf(reader) && resolveLeaf(writer, reader) !== undefined;
  if ('full' in writer) return writer.kind === reader.kind && 'full' in reader && sameName(writer, reader);
  return writer.kind === reader.kind;
}

/**
 * The reader's field for each of the writer's fields, by the writer's name; fields that the reader lacks are absent. A name wins over an
 * alias: if the writer has both the old field and the new one, the new one counts.
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
