import type { AvroSchema } from './avro-schema.ts';
import { AvroWalk } from './avro-walk.ts';
import { SchemaNames, type Place } from './schema-names.ts';

/**
 * Checks that the bytes between `from` (0) and `to` (the end) are one record of a schema, and nothing else.
 *
 * @throws MalformedAvro that says why not, without the contents
 */
export type AvroFit = (avro: Buffer, from?: number, to?: number) => void;

/** One check at a time in a thread: the state is shared by all schemas. */
const walk = new AvroWalk();

/**
 * Compiles a writer schema into the calls that check its records. For those who copy Avro bytes into a file without decoding them:
 * one record that does not fit would make all behind it unreadable. Cheaper than any decoding: nothing is written.
 *
 * The generated text is made of method names and of numbers only, as the transcoder's is.
 *
 * @param references named types that the schema refers to without defining them
 * @throws Error when a schema names a type that nobody defines, or no Avro type
 */
export function compileFit(schema: AvroSchema, references: readonly AvroSchema[] = []): AvroFit {
  const names = new SchemaNames([...references, schema]);
  const bodies: string[] = [];
  const functions = new Map<string, string>();

  const check = (place: Place): string => {
    const shape = names.shape(place);
    switch (shape.kind) {
      case 'primitive':
        return primitives[shape.type] ?? '';
      case 'fixed':
        return `t.skip(${wholeSize(shape.schema.size)});`;
      case 'enum':
        return `t.index(${shape.schema.symbols.length});`;
      case 'array':
        return blocks(check(shape.items));
      case 'map':
        return blocks(`t.string();${check(shape.values)}`);
      case 'union': {
        const cases = shape.branches.map((branch, index) => `case ${index}:${check(branch)}break;`);
        return `switch(t.index(${shape.branches.length})){${cases.join('')}}`;
      }
      case 'record': {
        const known = functions.get(shape.full);
        if (known !== undefined) return known;
        // Named before its body is known, as a record may hold itself.
        const index = bodies.push('') - 1;
        const call = `f${index}();`;
        functions.set(shape.full, call);
        const fields = shape.schema.fields.map(({ type }) => check({ schema: type, namespace: shape.namespace }));
        bodies[index] = `function f${index}(){t.enter();${fields.join('')}t.leave();}`;
        return call;
      }
    }
  };

  const root = check({ schema, namespace: '' });
  const compiled = new Function('t', `"use strict";${bodies.join('')}return function(){${root}}`) as (
    t: AvroWalk,
  ) => () => void;
  const run = compiled(walk);
  return (avro, from = 0, to = avro.length) => {
    walk.begin(avro, from, to);
    run();
    walk.finish();
  };
}

function wholeSize(size: unknown): number {
  if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size;
  throw new Error('the schema has a fixed type without a size');
}

const primitives: Readonly<Record<string, string>> = {
  boolean: 't.boolean();',
  int: 't.int();',
  long: 't.long();',
  float: 't.skip(4);',
  double: 't.skip(8);',
  string: 't.string();',
  bytes: 't.bytes();',
};

const blocks = (item: string): string =>
  `t.enter();for(let n=t.block(),e=t.blockEnd;n!==0;n=t.block(),e=t.blockEnd){for(;n>0;n--){${item}}t.closeBlock(e);}t.leave();`;
