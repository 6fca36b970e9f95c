import { describe, expect, it } from 'vitest';
import type { AvroField, AvroSchema } from '../schema/avro-schema.ts';
import { compileDecoder } from './decoder.ts';
import { bytes, concat, long, text } from '../testing/avro-bytes.ts';
import { int, record } from '../testing/records.ts';
import { MalformedAvro } from '../json/transcoder.ts';

const odd = ['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf', 'then', 'length'];

describe('a decoded value', () => {
  it('has fields of any name as its own, and the usual prototype', () => {
    const schema = record(odd.map(int));
    const value = compileDecoder(schema)(concat(...odd.map((_, index) => long(index)))) as object;
    expect(Object.entries(value)).toEqual(odd.map((name, index) => [name, index]));
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('is decoded whatever the fields are called that the reader does not know', () => {
    const known = record([int('a')]);
    for (const name of odd)
      expect(compileDecoder(record([int('a'), int(name)]), [], known)(concat(long(1), long(2)))).toEqual({ a: 1 });
  });

  it('has maps of any name, and no others', () => {
    const schema: AvroSchema = { type: 'map', values: 'int' };
    const entries = odd.flatMap((name, index) => [text(name), long(index)]);
    const value = compileDecoder(schema)(concat(long(odd.length), ...entries, long(0))) as object;
    expect(Object.entries(value)).toEqual(odd.map((name, index) => [name, index]));
    const empty = compileDecoder(schema)(long(0)) as Record<string, unknown>;
    expect([empty['constructor'], empty['__proto__'], 'toString' in empty]).toEqual([undefined, undefined, false]);
  });

  it('needs no default of the writer to be right', () => {
    const wrong: AvroField = { name: 'note', type: ['null', 'string'], default: '' };
    const worse: AvroField = { name: 'n', type: 'int', default: { no: 'int' } };
    const decode = compileDecoder(
      record([int('a'), wrong, worse]),
      [],
      record([int('a'), { ...wrong, default: null }]),
    );
    expect(decode(concat(long(1), long(1), text('x'), long(2)))).toEqual({ a: 1, note: 'x' });
  });

  it('has the defaults of the reader, frozen', () => {
    const inner = record([{ name: 'list', type: { type: 'array', items: 'int' }, default: [1, 2] }], 'Inner');
    const reader = record([
      int('a'),
      { name: 'inner', type: inner, default: {} },
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' }, default: 7 },
      { name: 'bytes', type: 'bytes', default: '\u00ff' },
    ]);
    const value = compileDecoder(record([int('a')]), [], reader)(long(1)) as { inner: { list: number[] } };
    expect(value).toEqual({ a: 1, inner: { list: [1, 2] }, at: new Date(7), bytes: Buffer.of(255) });
    expect(() => value.inner.list.push(3)).toThrow(TypeError);
  });

  it('keeps no more of the batch than its own bytes', () => {
    const batch = concat(bytes([1, 2, 3]), Buffer.alloc(1000));
    const value = compileDecoder('bytes')(batch, 0, 4) as Buffer;
    batch.fill(9);
    expect(value).toEqual(Buffer.of(1, 2, 3));
  });

  it('refuses what follows it, and bytes outside the batch', () => {
    const decode = compileDecoder('int');
    expect(() => decode(concat(long(1), long(1)))).toThrow('1 bytes follow the record');
    for (const [from, to] of [
      [-1, 1],
      [0, 3],
      [2, 1],
    ] as const)
      expect(() => decode(Buffer.of(2, 2), from, to)).toThrow(MalformedAvro);
  });
});

describe('a value that its type cannot hold', () => {
  const wide = 2n ** 63n - 1n;
  const reader = record([
    int('a'),
    { name: 'count', type: ['null', 'long'] },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'list', type: { type: 'array', items: 'long' } },
    { name: 'map', type: { type: 'map', values: 'long' } },
  ]);
  const decode = () =>
    compileDecoder(reader)(
      concat(
        long(1),
        long(1),
        long(wide),
        long(-wide),
        long(2),
        long(4),
        long(wide),
        long(0),
        long(1),
        text('k'),
        long(wide),
        long(0),
      ),
    ) as { a: number; count: number; at: Date; list: number[]; map: Record<string, number> };

  it('is refused by name where it is read, and does not concern who does not', () => {
    const event = decode();
    expect(event.a).toBe(1);
    expect(event.list).toHaveLength(2);
    expect(event.list[0]).toBe(4);
    expect(() => event.count).toThrow('R.count is a whole number or a time too large to be held exactly');
    expect(() => event.at).toThrow('R.at is');
    expect(() => event.list[1]).toThrow('R.list is');
    expect(() => event.map['k']).toThrow('R.map is');
  });

  it('is refused where all is copied or written', () => {
    expect(() => ({ ...decode() })).toThrow(MalformedAvro);
    expect(() => JSON.stringify(decode())).toThrow(MalformedAvro);
  });
});
