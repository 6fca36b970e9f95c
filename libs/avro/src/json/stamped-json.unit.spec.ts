import { expect, it } from 'vitest';
import { ByteWriter } from '../bytes/byte-writer.ts';
import type { AvroSchema } from '../schema/avro-schema.ts';
import { concat, long, text } from '../testing/avro-bytes.ts';
import { plainJson } from './json-rules.ts';
import { compileTranscoder } from './transcoder.ts';

const stamp = { time: '@timestamp', value: 'value' };

function stamped(schema: AvroSchema, avro: Buffer, references: readonly AvroSchema[] = [], isRow = false): string {
  const out = new ByteWriter();
  compileTranscoder(schema, references, undefined, { ...plainJson, isRow }, stamp)(avro, out, 0, avro.length, 1);
  return out.written().toString();
}
const begin = '{"@timestamp":"1970-01-01T00:00:00.001Z"';
const order: AvroSchema = { type: 'record', name: 'Order', fields: [{ name: 'n', type: 'int' }] };

it('begins with the event time, and only the outermost record does', () => {
  const nested: AvroSchema = {
    type: 'record',
    name: 'Basket',
    fields: [
      { name: 'order', type: order },
      { name: 'within', type: ['null', 'Basket'] },
    ],
  };
  const avro = concat(long(7), long(1), long(8), long(0));
  expect(stamped(nested, avro)).toBe(`${begin},"order":{"n":7},"within":{"order":{"n":8},"within":null}}`);
});

it.each<[string, AvroSchema, Buffer, string]>([
  ['a primitive', 'string', text('hi'), '"value":"hi"'],
  ['an enum', { type: 'enum', name: 'E', symbols: ['A', 'B'] }, long(1), '"value":"B"'],
  ['an array', { type: 'array', items: order }, concat(long(1), long(7), long(0)), '"value":[{"n":7}]'],
  ['a map', { type: 'map', values: 'int' }, concat(long(1), text('k'), long(7), long(0)), '"value":{"k":7}'],
  ['a record of a union', ['null', order, 'string'], concat(long(1), long(7)), '"n":7'],
  ['another branch of it', ['null', order, 'string'], concat(long(2), text('hi')), '"value":"hi"'],
  ['a null of a union', ['null', { type: 'array', items: 'int' }], long(0), '"value":null'],
])('makes a record of %s', (_, schema, avro, fields) => {
  expect(stamped(schema, avro)).toBe(`${begin},${fields}}`);
  expect(stamped(schema, avro, [], true)).toBe(`${begin},${fields}}`);
});

it('knows types that another schema defines', () => {
  expect(stamped(['null', 'Order'], concat(long(1), long(7)), [order])).toBe(`${begin},"n":7}`);
});

it('refuses a record without an event time', () => {
  const transcode = compileTranscoder(order, [], undefined, plainJson, stamp);
  expect(() => transcode(long(7), new ByteWriter())).toThrow(TypeError);
});
