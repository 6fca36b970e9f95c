import avsc from 'avsc';
import { expect, it } from 'vitest';
import { avroSkipper, long, MisfitAvro } from './avro-skipper.ts';

const schema = {
  type: 'record',
  name: 'Node',
  namespace: 'a.b',
  fields: [
    { name: 'flag', type: 'boolean' },
    { name: 'count', type: 'long' },
    { name: 'ratio', type: 'double' },
    { name: 'small', type: 'float' },
    { name: 'color', type: { type: 'enum', name: 'Color', symbols: ['RED', 'BLUE'] } },
    { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 16 } },
    { name: 'other', type: ['null', 'Color', 'a.b.Hash', 'string'] },
    { name: 'tags', type: { type: 'array', items: 'string' } },
    { name: 'more', type: { type: 'map', values: { type: 'array', items: 'bytes' } } },
    { name: 'next', type: ['null', 'Node'] },
  ],
} as const;

const leaf = {
  ...{ flag: true, count: -(2 ** 51), ratio: 1.5, small: 0.5, color: 'BLUE', hash: Buffer.alloc(16, 7) },
  ...{ other: { string: 'ünï' }, tags: ['a', '', 'ccc'], more: { x: [Buffer.of(1, 2)], y: [] }, next: null },
};
const tree = { ...leaf, other: { 'a.b.Hash': Buffer.alloc(16) }, next: { 'a.b.Node': { ...leaf, other: null } } };

it('finds where a value ends, whatever follows it', () => {
  const type = avsc.Type.forSchema(structuredClone(schema) as unknown as avsc.Schema, { wrapUnions: true });
  const skip = avroSkipper(schema);
  for (const value of [leaf, tree]) {
    const bytes = type.toBuffer(value);
    expect(skip(Buffer.concat([Buffer.from('before'), bytes, Buffer.from('after')]), 6)).toBe(6 + bytes.length);
    for (let end = 0; end < bytes.length; end++)
      expect(() => skip(bytes.subarray(0, end), 0), `cut at ${end}`).toThrow(MisfitAvro);
  }
});

it('does not go on for ever over items without bytes', () => {
  const skip = avroSkipper({ type: 'array', items: 'null' });
  expect(() => skip(Buffer.of(0xfe, 0xff, 0xff, 0xff, 0x0f, 0), 0)).toThrow(MisfitAvro);
});

it.each([0, -1, 1, 63, -64, 64, 2 ** 31, -(2 ** 31) - 1, 2 ** 51 - 1, -(2 ** 51)])('reads the number %d', (number) => {
  const bytes = avsc.Type.forSchema('long').toBuffer(number);
  expect(long(bytes, 0)).toEqual([number, bytes.length]);
});
