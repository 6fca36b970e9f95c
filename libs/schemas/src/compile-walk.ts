import type { AvroSchema } from './avro-schema.ts';
import { AvroWalk } from './avro-walk.ts';
import { SchemaNames, type Place } from './schema-names.ts';

/** One walk at a time in a thread: the state is shared by all schemas. */
const walk = new AvroWalk();

/**
 * Compiles a schema into the calls that walk over its values.
 *
 * The generated text is made of method names and of numbers only, as the transcoder's is.
 *
 * @param references named types that the schema refers to without defining them
 * @param contents whether values are looked at, or passed over where that leads to their end
 * @returns a function that finds where the value ends that begins at `from`: at `to` at the latest, else it throws MalformedAvro
 * @throws Error when a schema names a type that nobody defines, or no Avro type
 */
export function compileWalk(
  schema: AvroSchema,
  references: readonly AvroSchema[],
  contents: 'checked' | 'passed over',
): (avro: Buffer, from: number, to: number) => number {
  const names = new SchemaNames([...references, schema]);
  const primitives = contents === 'checked' ? checked : passedOver;
  const bodies: string[] = [];
  const functions = new Map<string, string>();

  const walkOver = (place: Place): string => {
    const shape = names.shape(place);
    switch (shape.kind) {
      case 'primitive':
        return primitives[shape.type] ?? '';
      case 'fixed':
        return `t.skip(${wholeNumber(shape.schema.size, 'a fixed type without a size')});`;
      case 'enum': {
        const symbols = wholeNumber(shape.schema.symbols.length, 'an enum without symbols');
        return contents === 'checked' ? `t.index(${symbols});` : 't.long();';
      }
      case 'array':
        return blocks(walkOver(shape.items));
      case 'map':
        return blocks(`${primitives.string}${walkOver(shape.values)}`);
      case 'union': {
        const cases = shape.branches.map((branch, index) => `case ${index}:${walkOver(branch)}break;`);
        return `switch(t.index(${shape.branches.length})){${cases.join('')}}`;
      }
      case 'record': {
        const known = functions.get(shape.full);
        if (known !== undefined) return known;
        // Named before its body is known, as a record may hold itself.
        const index = bodies.push('') - 1;
        const call = `f${index}();`;
        functions.set(shape.full, call);
        const fields = shape.schema.fields.map(({ type }) => walkOver({ schema: type, namespace: shape.namespace }));
        bodies[index] = `function f${index}(){t.enter();${fields.join('')}t.leave();}`;
        return call;
      }
    }
  };

  const root = walkOver({ schema, namespace: '' });
  const compiled = new Function('t', `"use strict";${bodies.join('')}return function(){${root}}`) as (
    t: AvroWalk,
  ) => () => void;
  const run = compiled(walk);
  return (avro, from, to) => {
    walk.begin(avro, from, to);
    run();
    return walk.position;
  };
}

function wholeNumber(value: unknown, otherwise: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`the schema has ${otherwise}`);
}

type Calls = Readonly<Record<string, string>> & { readonly string: string };

const passedOver: Calls = {
  boolean: 't.skip(1);',
  int: 't.long();',
  long: 't.long();',
  float: 't.skip(4);',
  double: 't.skip(8);',
  string: 't.bytes();',
  bytes: 't.bytes();',
};

const checked: Calls = {
  ...passedOver,
  boolean: 't.boolean();',
  int: 't.int();',
  string: 't.string();',
};

const blocks = (item: string): string =>
  `t.enter();for(let n=t.block(),e=t.blockEnd;n!==0;n=t.block(),e=t.blockEnd){for(;n>0;n--){${item}}t.closeBlock(e);}t.leave();`;
