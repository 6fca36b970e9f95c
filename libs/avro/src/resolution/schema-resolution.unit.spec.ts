import { describe, expect, it } from 'vitest';
import type { AvroField, AvroRecord, AvroSchema } from '../schema/avro-schema.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { bytes, concat, long, text } from '../testing/avro-bytes.ts';
import { int, record } from '../testing/records.ts';
import { json, refusal } from '../testing/resolved-json.ts';
import { compileTranscoder } from '../json/transcoder.ts';

const symbols = (...names: string[]) => ({ type: 'enum', name: 'E', symbols: names }) as const;
const float = (value: number) => Buffer.from(new Float32Array([value]).buffer);

// https://avro.apache.org/docs/1.12.0/specification/#schema-resolution, rule by rule.
describe('types match where', () => {
  it('both are arrays whose item types match', () => {
    const avro = concat(long(1), long(7), long(0));
    expect(json({ type: 'array', items: 'int' }, { type: 'array', items: 'double' }, avro)).toBe('[7]');
    expect(refusal({ type: 'array', items: 'int' }, { type: 'array', items: 'string' }, avro)).toBe(
      'an int where the reader has a string',
    );
  });

  it('both are maps whose value types match', () => {
    const avro = concat(long(1), text('k'), long(7), long(0));
    expect(json({ type: 'map', values: 'int' }, { type: 'map', values: ['null', 'long'] }, avro)).toBe('{"k":7}');
    expect(refusal({ type: 'map', values: 'int' }, { type: 'array', items: 'int' }, avro)).toContain('map');
  });

  it('both are enums whose unqualified names match', () => {
    expect(json({ ...symbols('A'), name: 'a.E' }, { ...symbols('A'), name: 'b.E' }, long(0))).toBe('"A"');
    expect(refusal(symbols('A'), { ...symbols('A'), name: 'Other' }, long(0))).toBe(
      'an enum E where the reader has an enum Other',
    );
  });

  it('both are fixed whose sizes and unqualified names match', () => {
    const fixed = (name: string, size: number) => ({ type: 'fixed', name, size }) as const;
    expect(json(fixed('a.F', 2), fixed('b.F', 2), Buffer.of(1, 2))).toBe('"AQI="');
    expect(refusal(fixed('F', 2), fixed('F', 3), Buffer.of(1, 2))).toBe(
      'a fixed F of 2 bytes where the reader has a fixed F of 3 bytes',
    );
    expect(refusal(fixed('F', 2), fixed('G', 2), Buffer.of(1, 2))).toContain('fixed G');
  });

  it('both are records with the same unqualified name', () => {
    expect(json(record([int('a')], 'a.R'), record([int('a')], 'b.R'), long(1))).toBe('{"a":1}');
    expect(refusal(record([int('a')]), record([int('a')], 'Other'), long(1))).toContain('record Other');
  });

  it('either is a union', () => {
    expect(json('int', ['null', 'int'], long(1))).toBe('1');
    expect(json(['null', 'int'], 'int', Buffer.of(2, 2))).toBe('1');
  });

  it('both have the same primitive type', () => {
    for (const type of ['int', 'string', 'boolean', 'float'])
      expect(refusal('null', type, Buffer.of(0))).toContain(type);
  });
});

describe('a primitive is promoted', () => {
  const wide = 2n ** 53n + 1n;
  it.each<[string, string, Uint8Array, string]>([
    ['int', 'long', long(-5), '-5'],
    ['int', 'float', long(16_777_217), '16777216'],
    ['int', 'double', long(16_777_217), '16777217'],
    ['long', 'float', long(16_777_217), '16777216'],
    ['long', 'double', long(wide - 1n), '9007199254740992'],
    ['long', 'float', long(2n ** 60n), '1152921504606847000'],
    ['long', 'double', long(-(2n ** 63n)), '-9223372036854776000'],
    ['float', 'double', float(0.1), '0.10000000149011612'],
    ['string', 'bytes', text('é'), '"w6k="'],
    ['bytes', 'string', text('é"'), '"é\\""'],
  ])('from %s to %s', (writer, reader, avro, expected) => expect(json(writer, reader, avro)).toBe(expected));

  it.each<[string, string, Uint8Array, string]>([
    ['long', 'double', long(wide), 'beyond 2^53'],
    ['long', 'float', long(wide), 'beyond 2^53'],
    ['long', 'double', long(2n ** 63n - 1n), 'beyond 2^53'],
    ['bytes', 'string', bytes([0xff]), 'not UTF-8'],
    ['string', 'bytes', bytes([0xff]), 'not UTF-8'],
  ])('from %s to %s only where it stays the same', (writer, reader, avro, reason) =>
    expect(refusal(writer, reader, avro)).toContain(reason),
  );

  it.each([
    ['long', 'int'],
    ['double', 'long'],
    ['null', 'int'],
    ['int', 'string'],
    ['float', 'long'],
    ['double', 'float'],
    ['long', 'boolean'],
    ['long', 'bytes'],
    ['boolean', 'string'],
    ['string', 'double'],
    ['null', 'string'],
    ['bytes', 'null'],
  ])('never from %s to %s', (writer, reader) =>
    expect(refusal(writer, reader, Buffer.alloc(8))).toMatch(
      new RegExp(`^an? ${writer} where the reader has an? ${reader}$`),
    ),
  );
});

describe('fields of records', () => {
  it('may be ordered differently: they are matched by name', () => {
    const avro = concat(long(1), long(2));
    expect(JSON.parse(json(record([int('a'), int('b')]), record([int('b'), int('a')]), avro))).toEqual({ a: 1, b: 2 });
  });

  it('of one name are resolved recursively', () => {
    const at = (type: AvroSchema) => record([{ name: 'in', type: record([{ name: 'x', type }], 'In') }]);
    expect(json(at('int'), at(['null', 'double']), long(3))).toBe('{"in":{"x":3}}');
  });

  it('that only the writer has are ignored, whatever their type', () => {
    const list: AvroSchema = record([{ name: 'next', type: ['null', 'List'] }], 'List');
    const skipped: [AvroSchema, Uint8Array][] = [
      ['null', Buffer.alloc(0)],
      ['boolean', Buffer.of(1)],
      ['int', long(-(2 ** 31))],
      ['long', long(-(2n ** 63n))],
      ['float', float(1)],
      ['double', Buffer.alloc(8)],
      ['string', text('abc')],
      ['bytes', bytes([1, 2])],
      [{ type: 'fixed', name: 'F', size: 3 }, Buffer.alloc(3)],
      [symbols(...Array.from({ length: 100 }, (_, index) => `S${index}`)), long(99)],
      [['null', 'string'], concat(long(1), text('x'))],
      [list, Buffer.of(2, 2, 0)],
      [{ type: { type: 'array', items: 'string' } }, concat(long(1), text('x'), long(0))],
      // Blocks with and without their sizes in bytes.
      [
        { type: 'array', items: 'int' },
        concat(long(1), long(1), long(-2), long(2), long(2), long(3), long(1), long(4), long(0)),
      ],
      [
        { type: 'map', values: 'int' },
        concat(long(-1), long(3), text('a'), long(1), long(1), text('b'), long(2), long(0)),
      ],
    ];
    for (const [type, avro] of skipped) {
      const writer = record([int('a'), { name: 'gone', type }, int('b')]);
      expect(json(writer, record([int('a'), int('b')]), concat(long(1), avro, long(2)))).toBe('{"a":1,"b":2}');
      expect(json(writer, record([]), concat(long(1), avro, long(2)))).toBe('{}');
    }
  });

  it('that only the reader has get their default, by the rules of their type', () => {
    const point = record([int('x'), { name: 'y', type: 'long', default: 4 }], 'Point');
    const defaults: [AvroSchema, unknown, unknown][] = [
      ['null', null, null],
      ['boolean', true, true],
      ['int', -1, -1],
      ['double', 1.5, 1.5],
      ['string', 'a"é', 'a"é'],
      ['bytes', '\u00ff\u0001', '/wE='],
      [{ type: 'fixed', name: 'F', size: 1 }, '\u00ff', '/w=='],
      [symbols('A', 'B'), 'B', 'B'],
      [['null', 'int'], null, null],
      [['int', 'null'], 5, 5],
      [{ type: 'array', items: 'int' }, [1, 2], [1, 2]],
      [{ type: 'map', values: 'int' }, { k: 1 }, { k: 1 }],
      [point, { x: 1 }, { x: 1, y: 4 }],
      [{ type: 'array', items: point }, [{ x: 1, y: 2 }], [{ x: 1, y: 2 }]],
      [{ type: 'long', logicalType: 'timestamp-millis' }, 0, '1970-01-01T00:00:00.000Z'],
      [{ type: 'int', logicalType: 'date' }, 1, '1970-01-02'],
      [{ type: 'bytes', logicalType: 'decimal', scale: 2 }, '\u0004\u00e2', '12.50'],
      [{ type: 'fixed', name: 'D', size: 12, logicalType: 'duration' }, '\u0001' + '\0'.repeat(11), 'P1M0DT0.000S'],
    ];
    for (const [type, value, expected] of defaults) {
      const reader = record([int('a'), { name: 'added', type, default: value }], 'ns.R');
      expect(JSON.parse(json(record([int('a')]), reader, long(1)))).toEqual({ a: 1, added: expected });
    }
  });

  it('with a default may refer to types of the reader, itself among them', () => {
    const reader = record(
      [
        { name: 'e', type: symbols('A') },
        { name: 'added', type: ['null', 'R'], default: null },
        { name: 'e2', type: 'E', default: 'A' },
        { name: 'alone', type: record([int('x')], 'Alone'), default: { x: 1 } },
        { name: 'again', type: { type: 'array', items: 'Alone' }, default: [{ x: 2 }] },
      ],
      'ns.R',
    );
    expect(JSON.parse(json(record([{ name: 'e', type: symbols('A') }]), reader, long(0)))).toEqual({
      e: 'A',
      added: null,
      e2: 'A',
      alone: { x: 1 },
      again: [{ x: 2 }],
    });
  });

  it('that only the reader has, without a default, are an error that names them', () => {
    expect(refusal(record([int('a')]), record([int('a'), int('b')]), long(1))).toBe(
      "the writer's R has no b, and the reader no default for it",
    );
  });

  it('of a record that no value is of may lack what they must have', () => {
    const items = (fields: readonly AvroField[]): AvroSchema => ({ type: 'array', items: record(fields) });
    expect(json(items([int('a')]), items([int('b')]), long(0))).toBe('[]');
    expect(refusal(items([int('a')]), items([int('b')]), concat(long(1), long(1), long(0)))).toContain('has no b');
  });

  it('of one type may be read as different ones', () => {
    const point = (name: string, field: string): AvroRecord => ({ ...record([int(field)], name), aliases: ['P'] });
    const writer = record([
      { name: 'a', type: record([int('x'), int('y')], 'P') },
      { name: 'b', type: 'P' },
    ]);
    const reader = record([
      { name: 'a', type: point('OfX', 'x') },
      { name: 'b', type: point('OfY', 'y') },
    ]);
    expect(json(writer, reader, Buffer.of(2, 4, 6, 8))).toBe('{"a":{"x":1},"b":{"y":4}}');
  });

  it("refer to types by names of the reader's own namespace", () => {
    const fields = [
      { name: 'e', type: symbols('A') },
      { name: 'e2', type: 'E' },
    ];
    expect(json(record(fields), record(fields, 'ns.R'), Buffer.of(0, 0))).toBe('{"e":"A","e2":"A"}');
    expect(json(record(fields, 'ns.R'), record(fields, 'other.R'), Buffer.of(0, 0))).toBe('{"e":"A","e2":"A"}');
  });

  it('may recur, and are resolved at each depth', () => {
    const list = (type: AvroSchema, next: string) =>
      record([
        { name: 'x', type },
        { name: next, type: ['null', 'R'], ...(next === 'rest' && { aliases: ['next'] }) },
      ]);
    expect(json(list('int', 'next'), list('double', 'rest'), Buffer.of(2, 2, 4, 0))).toBe(
      '{"x":1,"rest":{"x":2,"rest":null}}',
    );
  });
});

describe('enums', () => {
  it('keep a symbol that the reader has, wherever it stands there', () =>
    expect(json(symbols('A', 'B'), symbols('X', 'B', 'A'), long(0))).toBe('"A"'));

  it("give a symbol that the reader has not as the reader's default", () =>
    expect(json(symbols('A', 'B'), { ...symbols('A', 'C'), default: 'C' }, long(1))).toBe('"C"'));

  it('without a default refuse a symbol that the reader has not, and only that', () => {
    expect(refusal(symbols('A', 'B'), symbols('A'), long(1))).toBe('an enum value that has no symbol here');
    expect(json(symbols('A', 'B'), symbols('A'), long(0))).toBe('"A"');
  });
});

describe('unions', () => {
  it('of both: the branch that was written is resolved against the branches of the reader', () => {
    const writer: AvroSchema = ['null', 'string', 'int'];
    const reader: AvroSchema = ['long', 'string', 'null'];
    expect(json(writer, reader, long(0))).toBe('null');
    expect(json(writer, reader, concat(long(1), text('x')))).toBe('"x"');
    expect(json(writer, reader, concat(long(2), long(7)))).toBe('7');
  });

  it("of the reader: the first branch of the writer's own type, else the first it can become", () => {
    expect(json('string', ['bytes', 'string'], text('x'))).toBe('"x"');
    expect(json('int', ['string', 'float', 'double'], long(16_777_217))).toBe('16777216');
    expect(json(symbols('A'), ['null', { ...symbols('Z'), name: 'Z' }, symbols('A')], long(0))).toBe('"A"');
    const [one, two] = [record([int('a')], 'a.R'), record([int('b')], 'b.R')];
    expect(json(two, [one, two], long(1))).toBe('{"b":1}');
  });

  it('without a reader are what they are, also where two branches look the same', () => {
    const out = new ByteWriter();
    const lists: AvroSchema = [
      { type: 'array', items: 'int' },
      { type: 'array', items: 'string' },
    ];
    compileTranscoder(lists)(concat(long(1), long(1), text('x'), long(0)), out);
    expect(out.written().toString()).toBe('["x"]');
  });

  it('of the reader without a branch for it are an error', () => {
    expect(refusal('int', ['null', 'string'], long(1))).toBe(
      "an int that no branch of the reader's union takes: a null, a string",
    );
  });

  it('of the writer: the branch that was written must match, the others need not', () => {
    expect(json(['null', 'int'], 'double', Buffer.of(2, 2))).toBe('1');
    expect(refusal(['null', 'int'], 'double', Buffer.of(0))).toBe('a null where the reader has a double');
  });
});

describe('aliases', () => {
  it('of fields give a field its new name', () =>
    expect(json(record([int('old')]), record([{ ...int('new'), aliases: ['older', 'old'] }]), long(1))).toBe(
      '{"new":1}',
    ));

  it('give way to the name, in any order', () => {
    const reader = record([{ ...int('new'), aliases: ['old'] }]);
    expect(json(record([int('old'), int('new')]), reader, concat(long(1), long(2)))).toBe('{"new":2}');
    expect(json(record([int('new'), int('old')]), reader, concat(long(2), long(1)))).toBe('{"new":2}');
    const crossed = record([
      { ...int('a'), aliases: ['b'] },
      { ...int('b'), aliases: ['a'] },
    ]);
    expect(json(record([int('b'), int('a')]), crossed, concat(long(2), long(1)))).toBe('{"b":2,"a":1}');
  });

  it.each<[string, AvroSchema, AvroSchema, Uint8Array]>([
    ['records', record([int('a')], 'Old'), { ...record([int('a')], 'New'), aliases: ['Old'] }, long(1)],
    ['enums', symbols('A'), { ...symbols('A'), name: 'New', aliases: ['ns.E'] }, long(0)],
    [
      'fixed',
      { type: 'fixed', name: 'F', size: 1 },
      { type: 'fixed', name: 'New', size: 1, aliases: ['F'] },
      Buffer.of(1),
    ],
  ])('of %s give a type its new name, also in a union', (_, writer, reader, avro) => {
    expect(json(writer, reader, avro)).toBe(json(writer, writer, avro));
    expect(json(writer, ['null', reader], avro)).toBe(json(writer, writer, avro));
  });
});

describe('logical types', () => {
  it("are the reader's", () => {
    const time = (logicalType: string): AvroSchema => ({ type: 'long', logicalType });
    expect(json('long', time('timestamp-millis'), long(0))).toBe('"1970-01-01T00:00:00.000Z"');
    expect(json('int', time('timestamp-millis'), long(1))).toBe('"1970-01-01T00:00:00.001Z"');
    expect(json(time('timestamp-millis'), 'long', long(5))).toBe('5');
    expect(json(time('timestamp-millis'), 'double', long(5))).toBe('5');
    expect(json({ type: 'int', logicalType: 'date' }, 'int', long(5))).toBe('5');
    const decimal: AvroSchema = { type: 'bytes', logicalType: 'decimal', scale: 1 };
    expect(refusal('string', decimal, text('A'))).toBe('a string where the reader has a bytes as a decimal of scale 1');
    expect(refusal(decimal, 'string', bytes([65]))).toBe(
      'a bytes as a decimal of scale 1 where the reader has a string',
    );
  });

  it('of decimals match where their scales do', () => {
    const ofBytes = (scale?: number): AvroSchema => ({
      type: 'bytes',
      logicalType: 'decimal',
      ...(scale !== undefined && { scale }),
    });
    const ofFixed = (scale: number): AvroSchema => ({
      type: 'fixed',
      name: 'D',
      size: 1,
      logicalType: 'decimal',
      scale,
    });
    expect(json(ofBytes(1), ofBytes(1), bytes([65]))).toBe('"6.5"');
    expect(json(ofFixed(1), ofFixed(1), Buffer.of(65))).toBe('"6.5"');
    expect(json(ofBytes(), ofBytes(0), bytes([65]))).toBe('"65"');
    expect(json('bytes', ofBytes(2), bytes([65]))).toBe('"0.65"');
    expect(refusal(ofBytes(1), ofBytes(2), bytes([65]))).toBe(
      'a bytes as a decimal of scale 1 where the reader has a bytes as a decimal of scale 2',
    );
    expect(refusal(ofFixed(1), ofFixed(2), Buffer.of(65))).toBe(
      'a fixed D of 1 bytes as a decimal of scale 1 where the reader has a fixed D of 1 bytes as a decimal of scale 2',
    );
  });
});

describe("a writer's schema that refers to others", () => {
  it('is resolved with them', () => {
    const point = record([int('x'), int('y')], 'geo.Point');
    const reader = record([{ name: 'at', type: record([int('y')], 'geo.Point') }]);
    expect(json(record([{ name: 'at', type: 'geo.Point' }]), reader, concat(long(1), long(2)), [point])).toBe(
      '{"at":{"y":2}}',
    );
  });
});
