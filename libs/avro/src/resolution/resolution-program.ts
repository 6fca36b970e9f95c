import type { AvroField, AvroRecord, AvroSchema } from '../schema/avro-schema.ts';
import { blocks, entering, WalkProgram } from '../walk/compile-walk.ts';
import { isLeaf, resolveLeaf, sameName, type Leaf, type Resolved } from './leaf-resolution.ts';
import { logicalOf } from '../schema/logical-types.ts';
import { SchemaNames, type Place, type Shape } from '../schema/schema-names.ts';
import { matchFields, matchingBranch } from './schema-resolution.ts';

type Of<K extends Shape['kind']> = Extract<Shape, { kind: K }>;

/** Returns the code that reads a value; it leaves the value in a variable if the target makes values. */
export type ValueText = (into: string) => string;

/** What values are read for: JSON or objects. Each method returns code that consists of method names, numbers and constants `k[n]` only. */
export interface Target {
  /** Whether fields that only the writer has are read too. */
  readonly keepsUnknown: boolean;
  /** @param where names the field */
  leaf(leaf: Resolved, into: string, where: string): string;
  /** The code for a null where the reader has a union of these branches; undefined for that of any null. */
  nullAmong(branches: readonly Shape[], into: string): string | undefined;
  /** @param symbols what each of the writer's symbols becomes; undefined if the reader has none for it */
  enumeration(symbols: readonly (string | undefined)[], into: string): string;
  array(parts: { loop: Loop; item: ValueText; where: string }, into: string): string;
  map(parts: { loop: Loop; value: ValueText; where: string }, into: string): string;
  /** The body of a function that reads a record, from its first field on. */
  record(parts: readonly RecordPart[], of: RecordOf): string;
  call(name: string, into: string): string;
  /** The default of a reader's field. */
  fallback(field: AvroField, record: { full: string }, into: string): string;
  readonly stamp?: TargetStamp | undefined;
}

/**
 * Names of fields that the writer's schema lacks. Each value becomes a record that begins with the event time, which is not in its bytes. A
 * value that is not a record becomes a field of one.
 */
export interface Stamp {
  /** The field of the event time. */
  readonly time: string;
  /** The field of a value that is not a record. */
  readonly value: string;
}

interface TargetStamp extends Stamp {
  /** The code for the event time. */
  readonly eventTime: ValueText;
}

/** Wraps the code for an item in loops over the blocks of an array or map. */
export type Loop = (item: string) => string;

/** A field of the reader's, a field that only the writer has, or the code that skips one. */
export type RecordPart = { name: string; value: ValueText; isUnknown?: true } | { passed: string };

/** The reader's record. */
export interface RecordOf {
  name: string;
  fields: readonly string[];
  /** Whether it is not within another record. */
  isOutermost: boolean;
}

/** A place in the reader's schema, or in the writer's for a field that the reader lacks. */
interface ReaderPlace extends Place {
  names: SchemaNames;
}

/**
 * The code that reads a writer's values as a reader's, for any target. Records become functions `f<n>`, skipped ones `s<n>`, so that they
 * may contain themselves.
 */
export class ResolutionProgram {
  readonly #writer: SchemaNames;
  readonly #reader: SchemaNames;
  readonly #target: Target;
  readonly #constants: Constants;
  readonly #walk: WalkProgram;
  readonly #calls = new Map<string, string>();
  readonly #bodies: string[] = [];
  readonly root: string;

  constructor(
    { schema, references, reader = schema }: Resolution,
    { target, constants }: { target: Target; constants: Constants },
  ) {
    this.#target = target;
    this.#constants = constants;
    this.#writer = new SchemaNames([...references, schema]);
    this.#reader = reader === schema ? this.#writer : new SchemaNames([reader]);
    this.#walk = new WalkProgram(this.#writer, 'checked');
    const at = { schema: reader, namespace: '', names: this.#reader };
    this.root = this.#value({ schema, namespace: '' }, at, '', true)('v');
  }

  /** The functions that `root` calls. */
  get functions(): string {
    return this.#walk.functions + this.#bodies.join('');
  }

  #mismatch(problem: string, where: string): string {
    return `t.mismatch(${this.#constants.add(where === '' ? problem : `${where}: ${problem}`)});`;
  }

  /** Reads the value at a writer's place as the type at a reader's. @param where names the reader's field */
  #value(writer: Place, reader: ReaderPlace, where: string, isOutermost = false): ValueText {
    const { names } = reader;
    const from = this.#writer.shape(writer);
    if (from.kind === 'union') {
      const { branches } = from;
      // If both are one schema, each branch is itself: matching could confuse two similar ones.
      const self = writer.schema === reader.schema;
      return (into) => {
        const cases = branches.map((branch, index) => {
          const isWrapped = isOutermost && this.#target.stamp !== undefined;
          const instead = self && !isWrapped && this.#nullAmong(this.#writer.shape(branch), branches, names, into);
          const text = instead || this.#value(branch, self ? { ...branch, names } : reader, where, isOutermost)(into);
          return `case ${index}:${text}break;`;
        });
        return `switch(t.index(${branches.length})){${cases.join('')}}`;
      };
    }
    const to = names.shape(reader);
    const at = { place: writer, names, where, isOutermost };
    if (to.kind !== 'union') return this.#shape(from, to, at);
    const { branches } = to;
    const branch = matchingBranch(from, branches, (place) => names.shape(place));
    if (branch === undefined) return () => this.#mismatch(unfit(from, branches, names), where);
    return (into) => this.#nullAmong(from, branches, names, into) ?? this.#shape(from, branch, at)(into);
  }

  #nullAmong(from: Shape, branches: readonly Place[], names: SchemaNames, into: string): string | undefined {
    if (from.kind !== 'primitive' || from.type !== 'null') return undefined;
    const shapes = branches.map((place) => names.shape(place));
    return this.#target.nullAmong(shapes, into);
  }

  #shape(from: Exclude<Shape, { kind: 'union' }>, to: Shape, at: At): ValueText {
    const { names, where } = at;
    const { stamp } = this.#target;
    if (at.isOutermost && stamp !== undefined && from.kind !== 'record')
      return this.#wrapped(stamp, this.#shape(from, to, { ...at, isOutermost: false }));
    const mismatch = () => this.#mismatch(`${describe(from)} where the reader has ${describe(to)}`, where);
    const target = this.#target;
    switch (from.kind) {
      case 'primitive':
      case 'fixed': {
        const leaf = isLeaf(to) ? resolveLeaf(from, to) : undefined;
        return leaf === undefined ? mismatch : (into) => target.leaf(leaf, into, where);
      }
      case 'array':
        if (to.kind !== 'array') return mismatch;
        return (into) => {
          const parts = {
            loop: this.#loop(from.items),
            item: this.#value(from.items, { ...to.items, names }, where),
            where,
          };
          return target.array(parts, into);
        };
      case 'map':
        if (to.kind !== 'map') return mismatch;
        return (into) => {
          const loop: Loop = (item) => blocks(false, item);
          return target.map({ loop, value: this.#value(from.values, { ...to.values, names }, where), where }, into);
        };
      case 'enum':
        if (to.kind !== 'enum' || !sameName(from, to)) return mismatch;
        return (into) => target.enumeration(symbolsOf(from, to), into);
      case 'record':
        if (to.kind !== 'record' || !sameName(from, to)) return mismatch;
        return (into) => target.call(this.#record(from, to, at), into);
    }
  }

  /** A value that is not a record, as a field of one. */
  #wrapped({ time, value, eventTime }: TargetStamp, inner: ValueText): ValueText {
    const index = this.#bodies.push('') - 1;
    const parts = [
      { name: time, value: eventTime },
      { name: value, value: inner },
    ];
    const body = this.#target.record(parts, { name: value, fields: [time, value], isOutermost: true });
    this.#bodies[index] = `function f${index}(){${entering(false)}${body}}`;
    return (into) => this.#target.call(`f${index}`, into);
  }

  #loop(items: Place): Loop {
    const isEmpty = this.#writer.isEmpty(items);
    return (item) => blocks(isEmpty, item);
  }

  /** The name of the function that reads a record. */
  #record(from: Of<'record'>, to: Of<'record'>, { place, names, isOutermost }: At): string {
    const id = [from.full, to.full, names === this.#writer ? 'writer' : 'reader', isOutermost].join('\n');
    const known = this.#calls.get(id);
    if (known !== undefined) return known;
    // Named before its body is known, because a record may contain itself.
    const index = this.#bodies.push('') - 1;
    const name = `f${index}`;
    this.#calls.set(id, name);
    const { stamp } = this.#target;
    const first = isOutermost && stamp !== undefined ? [{ name: stamp.time, value: stamp.eventTime }] : [];
    const body = this.#target.record([...first, ...this.#parts(from, to, names)], {
      name: to.schema.name,
      fields: [...first, ...to.schema.fields].map((field) => field.name),
      isOutermost,
    });
    this.#bodies[index] = `function ${name}(){${entering(this.#writer.isEmpty(place))}${body}}`;
    return name;
  }

  #parts(from: Of<'record'>, to: Of<'record'>, names: SchemaNames): RecordPart[] {
    const matches = matchFields(from.schema.fields, to.schema.fields);
    const matched = new Set(matches.values());
    const written = from.schema.fields.map(({ name, type }): RecordPart => {
      const place = { schema: type, namespace: from.namespace };
      const field = matches.get(name);
      const where = `${to.schema.name}.${field?.name ?? name}`;
      if (field !== undefined) {
        const at = { schema: field.type, namespace: to.namespace, names };
        return { name: field.name, value: this.#value(place, at, where) };
      }
      if (!this.#target.keepsUnknown) return { passed: this.#walk.over(place) };
      return { name, value: this.#value(place, { ...place, names: this.#writer }, where), isUnknown: true };
    });
    const missing = to.schema.fields.filter((field) => !matched.has(field));
    return [...written, ...missing.map((field) => this.#missing(field, to))];
  }

  #missing(field: AvroField, record: { schema: AvroRecord; full: string }): RecordPart {
    if (field.default !== undefined)
      return { name: field.name, value: (into) => this.#target.fallback(field, record, into) };
    const problem = `the writer's ${record.schema.name} has no ${field.name}, and the reader no default for it`;
    return { passed: this.#mismatch(problem, '') };
  }
}

/** A place in the writer's schema, with the names by which the reader's place is resolved. */
interface At {
  place: Place;
  names: SchemaNames;
  where: string;
  isOutermost: boolean;
}

/** The schemas of a program: the writer's, the named types that it refers to without defining them, and the reader's if it differs. */
export interface Resolution {
  schema: AvroSchema;
  references: readonly AvroSchema[];
  reader?: AvroSchema | undefined;
}

/** The constants that code refers to as `k[n]`. */
export class Constants {
  readonly all: unknown[] = [];

  add(value: unknown): string {
    return `k[${this.all.push(value) - 1}]`;
  }
}

/** A symbol that the reader lacks becomes its default, if it has one. */
const symbolsOf = ({ schema: from }: Of<'enum'>, { schema: to }: Of<'enum'>): (string | undefined)[] =>
  from.symbols.map((symbol) => (to.symbols.includes(symbol) ? symbol : to.default));

function unfit(from: Shape, branches: readonly Place[], reader: SchemaNames): string {
  const types = branches.map((place) => describe(reader.shape(place)));
  return `${describe(from)} that no branch of the reader's union takes: ${types.join(', ')}`;
}

/** Describes a type in an error: everything that decides whether it matches. */
function describe(shape: Shape): string {
  const name = shape.kind === 'primitive' ? shape.type : shape.kind;
  const parts = [/^[aei]/.test(name) ? 'an' : 'a', name];
  if ('full' in shape) parts.push(shape.full);
  if (shape.kind === 'fixed') parts.push(`of ${shape.schema.size} bytes`);
  if (isLeaf(shape)) parts.push(...meaningOf(shape));
  return parts.join(' ');
}

function meaningOf(leaf: Leaf): string[] {
  const logical = logicalOf(leaf);
  if (logical === undefined) return [];
  if (logical.kind === 'decimal') return [`as a decimal of scale ${logical.scale}`];
  const { logicalType } = leaf.kind === 'fixed' ? leaf.schema : leaf;
  return [`as ${String(logicalType)}`];
}
