import type { AvroSchema } from '../schema/avro-schema.ts';
import { AvroWalk } from './avro-walk.ts';
import { isDecimal } from '../schema/logical-types.ts';
import { SchemaNames, type Place } from '../schema/schema-names.ts';

/** Shared by all schemas: a thread walks over one record at a time. */
const walk = new AvroWalk();

/**
 * Compiles a schema into the calls that walk over its values.
 *
 * As in the transcoder, the generated code consists of method names and numbers only.
 *
 * @param references named types that the schema refers to without defining them
 * @param contents whether values are checked, or skipped as fast as possible
 * @returns a function that finds the end of the value that begins at `from`; it throws MalformedAvro when that is not before or at `to`
 * @throws Error when the schema refers to a type that is not defined
 */
export function compileWalk(
  schema: AvroSchema,
  references: readonly AvroSchema[],
  contents: Contents,
): (avro: Buffer, from: number, to: number) => number {
  const program = new WalkProgram(new SchemaNames([...references, schema]), contents);
  const root = program.over({ schema, namespace: '' });
  const compiled = new Function('t', `"use strict";${program.functions}return function(){${root}}`) as (
    t: AvroWalk,
  ) => () => void;
  const run = compiled(walk);
  return (avro, from, to) => {
    walk.begin(avro, from, to);
    run();
    return walk.position;
  };
}

type Contents = 'checked' | 'skipped';

/** The code that walks over values of one schema. Records become functions `s<n>`, so that they may contain themselves. */
export class WalkProgram {
  readonly #names: SchemaNames;
  readonly #contents: Contents;
  readonly #primitives: Calls;
  readonly #bodies: string[] = [];
  readonly #calls = new Map<string, string>();

  constructor(names: SchemaNames, contents: Contents) {
    this.#names = names;
    this.#contents = contents;
    this.#primitives = contents === 'checked' ? checked : skipped;
  }

  /** The functions that the code from `over` calls. */
  get functions(): string {
    return this.#bodies.join('');
  }

  /** The code that walks over the value at a place. */
  over(place: Place): string {
    const shape = this.#names.shape(place);
    switch (shape.kind) {
      case 'primitive':
        return this.#contents === 'checked' && isDecimal(shape)
          ? 't.skip(t.decimalSize(t.length()));'
          : (this.#primitives[shape.type] ?? '');
      case 'fixed': {
        const size = sizeOf(shape.schema.size);
        return this.#contents === 'checked' && isDecimal(shape)
          ? `t.skip(t.decimalSize(${size}));`
          : `t.skip(${size});`;
      }
      case 'enum':
        return this.#contents === 'checked'
          ? `t.index(${wholeNumber(shape.schema.symbols.length, 'an enum without symbols')});`
          : 't.skipLong();';
      case 'array':
        return blocks(this.#names.isEmpty(shape.items), this.over(shape.items));
      case 'map':
        return blocks(false, `${this.#primitives.string}${this.over(shape.values)}`);
      case 'union': {
        const cases = shape.branches.map((branch, index) => `case ${index}:${this.over(branch)}break;`);
        return `switch(t.index(${shape.branches.length})){${cases.join('')}}`;
      }
      case 'record': {
        const known = this.#calls.get(shape.full);
        if (known !== undefined) return known;
        // Named before its body is known, because a record may contain itself.
        const index = this.#bodies.push('') - 1;
        const call = `s${index}();`;
        this.#calls.set(shape.full, call);
        const fields = shape.schema.fields.map(({ type }) => this.over({ schema: type, namespace: shape.namespace }));
        const enter = entering(this.#names.isEmpty(place));
        this.#bodies[index] = `function s${index}(){${enter}${fields.join('')}t.leave();}`;
        return call;
      }
    }
  }
}

/** The code that loops over an array's or map's blocks. @param isEmpty whether its items take no bytes */
export function blocks(isEmpty: boolean, item: string): string {
  const next = isEmpty ? 't.emptyBlock()' : 't.block()';
  return `t.enter();for(let n=${next},e=t.blockEnd;n!==0;n=${next},e=t.blockEnd){for(;n>0;n--){${item}}t.closeBlock(e);}t.leave();`;
}

/** The code that begins a record. @param isEmpty whether it takes no bytes; such records are counted, because there may be any number */
export const entering = (isEmpty: boolean): string => (isEmpty ? 't.empty(1);t.enter();' : 't.enter();');

/** The size of a fixed type. @throws Error when it is missing or invalid */
export const sizeOf = (size: unknown): number => wholeNumber(size, 'a fixed type without a size');

/** A number that may stand in generated code. */
function wholeNumber(value: unknown, otherwise: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`the schema has ${otherwise}`);
}

type Calls = Readonly<Record<string, string>> & { readonly string: string };

const skipped: Calls = {
  boolean: 't.skip(1);',
  int: 't.skipLong();',
  long: 't.skipLong();',
  float: 't.skip(4);',
  double: 't.skip(8);',
  string: 't.skipBytes();',
  bytes: 't.skipBytes();',
};

const checked: Calls = {
  ...skipped,
  boolean: 't.skipBoolean();',
  int: 't.skipInt();',
  string: 't.skipString();',
};
