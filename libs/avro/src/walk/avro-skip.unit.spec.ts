import avsc from 'avsc';
import { describe, expect, it } from 'vitest';
import { compileSkip } from './avro-skip.ts';
import type { AvroSchema } from '../schema/avro-schema.ts';
import { bytes, concat, long, text } from '../testing/avro-bytes.ts';
import { runProperty } from '@sluice/random/testing';
import { seededRandom } from '@sluice/random';
import { randomType } from '../testing/random-schema.ts';
import { avscType } from '../testing/reference-json.ts';
import { MalformedAvro } from '../json/transcoder.ts';

const node = {
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

describe('compileSkip', () => {
  it('finds where a value ends, whatever follows it', () => {
    const type = avsc.Type.forSchema(structuredClone(node) as unknown as avsc.Schema, { wrapUnions: true });
    const skip = compileSkip(node);
    for (const value of [leaf, tree]) {
      const avro = type.toBuffer(value);
      expect(skip(concat(Buffer.from('before'), avro, Buffer.from('after')), 6)).toBe(6 + avro.length);
      for (let end = 0; end < avro.length; end++)
        expect(() => skip(avro.subarray(0, end), 0), `cut at ${end}`).toThrow(MalformedAvro);
    }
  });

  it('passes over blocks that tell their size', () => {
    const skip = compileSkip({
      type: 'record',
      name: 'All',
      fields: [
        { name: 'a', type: 'boolean' },
        { name: 'b', type: 'float' },
        { name: 'c', type: 'double' },
        { name: 'd', type: { type: 'array', items: 'string' } },
        { name: 'e', type: { type: 'map', values: 'long' } },
        { name: 'f', type: ['null', 'All'] },
        { name: 'g', type: { type: 'fixed', name: 'F', size: 3 } },
        { name: 'h', type: { type: 'enum', name: 'E', symbols: ['X'] } },
      ],
    });
    const inner = (next: Buffer) =>
      concat(
        Buffer.alloc(1 + 4 + 8),
        ...[long(2), text('p'), text('q'), long(0)],
        ...[long(-1), long(3), text('k'), long(5), long(0)],
        next,
        Buffer.alloc(3),
        long(0),
      );
    const value = inner(concat(long(1), inner(long(0))));
    expect(skip(concat(value, Buffer.from('rest')), 0)).toBe(value.length);
    for (let length = 0; length < value.length; length++) expect(() => skip(value.subarray(0, length), 0)).toThrow();
  });

  it('tells values of 1000 random schemas from what follows', { timeout: 120_000 }, () => {
    runProperty(process.env, (seed) => {
      for (let schemas = 0; schemas < 1_000; schemas++) {
        const type = randomType(seededRandom(seed + schemas));
        const skip = compileSkip(type.schema);
        const values = Array.from({ length: 3 }, () => avscType(type.schema).toBuffer(type.value(3)));
        const all = concat(...values, Buffer.from('rest'));
        let at = 0;
        for (const { length } of values) expect(skip(all, at)).toBe((at += length));
      }
    });
  });

  it('ends within the bytes or refuses them, whatever they are', { timeout: 120_000 }, () => {
    runProperty(process.env, (seed) => {
      let refused = 0;
      for (let schemas = 0; schemas < 300; schemas++) {
        const random = seededRandom(seed + schemas);
        const skip = compileSkip(randomType(random, { sized: true }).schema);
        for (let values = 0; values < 20; values++) {
          const avro = Buffer.from(Array.from({ length: random.below(40) }, () => random.below(256)));
          const from = random.below(avro.length + 1);
          try {
            const end = skip(avro, from);
            expect(end).toBeGreaterThanOrEqual(from);
            expect(end).toBeLessThanOrEqual(avro.length);
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedAvro);
            refused++;
          }
        }
      }
      expect(refused).toBeGreaterThan(100);
    });
  });

  it.each<[string, AvroSchema, Buffer]>([
    ['a string that is no UTF-8', 'string', bytes([0x61, 0xff])],
    ['a boolean of 2', 'boolean', Buffer.of(2)],
    ['an int beyond 32 bits', 'int', long(2n ** 31n)],
    ['a symbol that the enum lacks', { type: 'enum', name: 'E', symbols: ['X'] }, long(2)],
  ])('does not look at contents: %s', (_, type, avro) => {
    expect(compileSkip(type)(avro, 0)).toBe(avro.length);
  });

  it.each<[string, AvroSchema, Buffer]>([
    [
      'more items without bytes than there can be',
      { type: 'array', items: 'null' },
      concat(long(2 ** 31 - 1), long(0)),
    ],
    ['a branch that the union lacks', ['null', 'int'], long(2)],
    ['a negative length', 'bytes', long(-1)],
    ['a length that no number can hold', 'string', long(2n ** 62n)],
    ['a huge fixed', { type: 'fixed', name: 'F', size: 2 ** 50 }, Buffer.alloc(8)],
    ['a number without an end', 'long', Buffer.alloc(30, 0xff)],
    ['a block of a negative size', { type: 'array', items: 'int' }, concat(long(-1), long(-3), long(0))],
    [
      'a block of another size than it states',
      { type: 'array', items: 'int' },
      concat(long(-1), long(2), long(5), long(0), long(0)),
    ],
    [
      'a recursion that takes no bytes',
      { type: 'record', name: 'Endless', fields: [{ name: 'again', type: 'Endless' }] },
      Buffer.alloc(0),
    ],
    [
      'a deep recursion',
      { type: 'record', name: 'Tree', fields: [{ name: 'children', type: { type: 'array', items: 'Tree' } }] },
      Buffer.alloc(100_000, 2),
    ],
  ])('refuses %s', (_, type, avro) => {
    expect(() => compileSkip(type)(avro, 0)).toThrow(MalformedAvro);
  });

  it('begins nowhere outside the bytes', () => {
    const skip = compileSkip('null');
    for (const from of [-1, 9]) expect(() => skip(Buffer.alloc(8), from), String(from)).toThrow(MalformedAvro);
  });
});
