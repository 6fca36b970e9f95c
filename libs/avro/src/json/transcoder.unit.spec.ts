import { describe, expect, it } from 'vitest';
import type { AvroRecord, AvroSchema } from '../schema/avro-schema.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { bytes, concat, long, text } from '../testing/avro-bytes.ts';
import { seededRandom } from '@sluice/random';
import { compileTranscoder, MalformedAvro } from './transcoder.ts';

/** Fails where what is written is not UTF-8. */
const strictly = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function json(schema: AvroSchema, avro: Uint8Array, references: readonly AvroSchema[] = []): string {
  const out = new ByteWriter(8);
  compileTranscoder(schema, references)(Buffer.from(avro), out);
  return strictly.decode(out.written());
}

const record = (fields: AvroRecord['fields'], name = 'R'): AvroRecord => ({ type: 'record', name, fields });

const float = (value: number) => Buffer.from(new Float32Array([value]).buffer);
const double = (value: number) => Buffer.from(new Float64Array([value]).buffer);

describe('plain types', () => {
  it.each<[AvroSchema, Uint8Array, string]>([
    ['null', Buffer.alloc(0), 'null'],
    ['boolean', Buffer.of(0), 'false'],
    ['boolean', Buffer.of(1), 'true'],
    ['int', long(-2_147_483_648), '-2147483648'],
    ['int', long(2_147_483_647), '2147483647'],
    ['float', float(0.5), '0.5'],
    ['double', double(-1e-7), '-1e-7'],
    ['double', double(-0), '-0.0'],
    ['bytes', bytes([0, 255, 62]), '"AP8+"'],
    ['bytes', bytes([]), '""'],
    [{ type: 'fixed', name: 'F', size: 2 }, Buffer.of(1, 2), '"AQI="'],
    [{ type: 'enum', name: 'E', symbols: ['A', 'B'] }, long(1), '"B"'],
    [{ type: 'array', items: 'int' }, concat(long(2), long(1), long(2), long(0)), '[1,2]'],
    [{ type: 'array', items: 'int' }, long(0), '[]'],
    [{ type: 'map', values: 'int' }, concat(long(1), text('a'), long(1), long(0)), '{"a":1}'],
    [{ type: 'map', values: 'int' }, long(0), '{}'],
    [['null', 'string'], concat(long(1), text('x')), '"x"'],
    [['null', 'string'], long(0), 'null'],
    [record([]), Buffer.alloc(0), '{}'],
    [
      record([
        { name: 'a', type: 'int' },
        { name: 'b', type: 'null' },
      ]),
      long(5),
      '{"a":5,"b":null}',
    ],
    [{ type: { type: 'array', items: { type: 'int' } } }, concat(long(1), long(7), long(0)), '[7]'],
    [{ type: 'error', name: 'X', fields: [{ name: 'a', type: 'int' }] }, long(5), '{"a":5}'],
  ])('%j %j become %s', (schema, avro, expected) => expect(json(schema, avro)).toBe(expected));

  it.each([
    0n,
    -1n,
    63n,
    64n,
    -(2n ** 31n),
    2n ** 32n - 1n,
    2n ** 32n,
    2n ** 53n - 1n,
    2n ** 53n,
    2n ** 53n + 1n,
    -(2n ** 53n) - 1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
  ])('the long %d stays exact', (value) => expect(json('long', long(value))).toBe(String(value)));

  it('longs at every power of two stay exact', () => {
    for (let power = 0n; power < 63n; power++)
      for (const value of [2n ** power - 1n, 2n ** power, -(2n ** power), -(2n ** power) - 1n])
        expect(json('long', long(value))).toBe(String(value));
  });

  it.each([NaN, Infinity, -Infinity])('%d becomes text', (value) => {
    expect(json('float', float(value))).toBe(`"${value}"`);
    expect(json('double', double(value))).toBe(`"${value}"`);
  });

  it('arrays and maps may come in several blocks, with and without their sizes in bytes', () => {
    const blocks = concat(long(1), long(1), long(-2), long(2), long(2), long(3), long(1), long(4), long(0));
    expect(json({ type: 'array', items: 'int' }, blocks)).toBe('[1,2,3,4]');
    const pairs = concat(long(-1), long(3), text('a'), long(1), long(1), text('b'), long(2), long(0));
    expect(json({ type: 'map', values: 'int' }, pairs)).toBe('{"a":1,"b":2}');
  });

  it('appends to what is written, and grows the output', () => {
    const out = new ByteWriter(1);
    const transcode = compileTranscoder('string');
    for (const word of ['a', 'b'.repeat(1000)]) transcode(text(word), out);
    expect(out.written().toString()).toBe(`"a""${'b'.repeat(1000)}"`);
  });
});

describe('names', () => {
  it('refer to types defined before, by full name or within their namespace', () => {
    const schema: AvroSchema = {
      type: 'record',
      name: 'a.R',
      fields: [
        { name: 'e', type: { type: 'enum', name: 'E', symbols: ['X'] } },
        { name: 'f', type: { type: 'fixed', name: 'b.F', size: 1 } },
        { name: 'e2', type: 'E' },
        { name: 'e3', type: 'a.E' },
        { name: 'f2', type: 'b.F' },
      ],
    };
    expect(json(schema, Buffer.of(0, 65, 0, 0, 66))).toBe('{"e":"X","f":"QQ==","e2":"X","e3":"X","f2":"Qg=="}');
  });

  it('tell equal names of different namespaces apart', () => {
    const schema = record([
      { name: 'one', type: { type: 'enum', name: 'a.E', symbols: ['ONE'] } },
      { name: 'two', type: { type: 'enum', name: 'b.E', symbols: ['TWO'] } },
      { name: 'again', type: 'a.E' },
    ]);
    expect(json(schema, Buffer.of(0, 0, 0))).toBe('{"one":"ONE","two":"TWO","again":"ONE"}');
  });

  it('refer to types of other schemas', () => {
    const point = record([{ name: 'x', type: 'int' }], 'geo.Point');
    expect(json(record([{ name: 'at', type: 'geo.Point' }]), long(3), [point])).toBe('{"at":{"x":3}}');
  });

  it('recur', () => {
    const list = record([{ name: 'next', type: ['null', 'R'] }]);
    expect(json(list, Buffer.of(2, 2, 0))).toBe('{"next":{"next":{"next":null}}}');
  });

  it.each<[string, AvroSchema]>([
    ['which nobody defines', record([{ name: 'a', type: 'Nobody' }])],
    ['of what every object has', 'constructor'],
  ])('%s are an error when compiling', (_, schema) => {
    expect(() => compileTranscoder(schema)).toThrow(/^the schema refers to "\w+", which it does not define$/);
  });

  it('of a fixed type need a size', () => {
    expect(() => compileTranscoder({ type: 'fixed', name: 'F', size: -1 })).toThrow(/fixed type without a size/);
  });
});

describe('strings', () => {
  it('keep every character', () => {
    const points = Array.from({ length: 0x110000 }, (_, point) => point).filter(
      (point) => point < 0xd800 || point > 0xdfff,
    );
    let all = '';
    for (let at = 0; at < points.length; at += 4096) all += String.fromCodePoint(...points.slice(at, at + 4096));
    expect(JSON.parse(json('string', text(all))) === all).toBe(true);
  });

  it.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash of two bytes', [0xc0, 0xaf]],
    ['an overlong slash of three bytes', [0xe0, 0x80, 0xaf]],
    ['an overlong slash of four bytes', [0xf0, 0x80, 0x80, 0xaf]],
    ['an overlong U+0080 below the limit of two bytes', [0xc1, 0xbf]],
    ['a high surrogate', [0xed, 0xa0, 0x80]],
    ['a low surrogate', [0xed, 0xbf, 0xbf]],
    ['two bytes cut short', [0xc3]],
    ['three bytes cut short', [0xe2, 0x82]],
    ['four bytes cut short', [0xf0, 0x9f, 0x98]],
    ['past U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a first byte that there is not', [0xf5, 0x80, 0x80, 0x80]],
    ['0xff', [0xff]],
    ['0xfe', [0xfe]],
  ])('are refused where they are not UTF-8: %s', (_, invalid) => {
    for (const [before, after] of [
      ['a', 'b'],
      ['€', '"'],
      ['', ''],
    ] as const) {
      const content = concat(Buffer.from(before), Buffer.from(invalid), Buffer.from(after));
      expect(() => json('string', bytes(content))).toThrow('a string that is not UTF-8');
      const map: AvroSchema = { type: 'map', values: 'null' };
      expect(() => json(map, concat(long(1), bytes(content), long(0)))).toThrow('a string that is not UTF-8');
    }
  });

  it('pass or not as a strict decoder says, for random bytes', () => {
    const random = seededRandom(7);
    const parts = ['a', 'é', '€', '😀', '"'].map((part) => Buffer.from(part));
    const strictly = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
    const seen = { passed: 0, refused: 0 };
    for (let run = 0; run < 4000; run++) {
      const content = concat(
        ...Array.from({ length: 6 }, () =>
          random.chance(0.9) ? random.pick(parts) : Buffer.of(random.whole(0x70, 0xff)),
        ),
      );
      let expected: string | undefined;
      try {
        expected = strictly.decode(content);
      } catch {
        seen.refused++;
        expect(() => json('string', bytes(content)), content.toString('hex')).toThrow(MalformedAvro);
        continue;
      }
      seen.passed++;
      expect(JSON.parse(json('string', bytes(content)))).toBe(expected);
    }
    expect(Math.min(seen.passed, seen.refused)).toBeGreaterThan(500);
  });

  it('of many megabytes pass, however large the output is already', () => {
    const content = 'x'.repeat(12_000_000);
    for (const out of [new ByteWriter(), new ByteWriter(80_000_000)]) {
      compileTranscoder('string')(text(content), out);
      expect(out.length).toBe(content.length + 2);
    }
  });
});

describe('hostile bytes', () => {
  const max = 2n ** 63n - 1n;
  const tree: AvroSchema = record([{ name: 'children', type: { type: 'array', items: 'R' } }]);
  const endless: AvroSchema = record([{ name: 'again', type: 'R' }]);
  const maps: AvroSchema = record([{ name: 'inner', type: { type: 'map', values: 'R' } }]);

  it.each<[string, AvroSchema, Uint8Array]>([
    ['a huge length of a string', 'string', concat(long(2 ** 40), Buffer.from('x'))],
    ['the largest length of a string', 'string', long(max)],
    ['a negative length of a string', 'string', long(-1)],
    ['a huge length of bytes', 'bytes', long(2 ** 31)],
    ['a negative length of bytes', 'bytes', long(-1)],
    ['a huge fixed', { type: 'fixed', name: 'F', size: 2 ** 50 }, Buffer.alloc(8)],
    ['a huge array of nothing', { type: 'array', items: 'null' }, concat(long(2 ** 52), long(0))],
    ['a huge array of empty records', { type: 'array', items: record([]) }, concat(long(2 ** 52), long(0))],
    ['a huge array of empty fixed', { type: 'array', items: { type: 'fixed', name: 'F', size: 0 } }, long(2 ** 52)],
    [
      'a huge array of nothing with a size',
      { type: 'array', items: 'null' },
      concat(long(-(2 ** 52)), long(0), long(0)),
    ],
    ['a huge array of something', { type: 'array', items: 'int' }, concat(long(2 ** 52), long(1), long(0))],
    ['a huge map', { type: 'map', values: 'null' }, concat(long(2 ** 52), text('a'))],
    ['an impossible count', { type: 'array', items: 'int' }, long(max)],
    ['the most negative count', { type: 'array', items: 'int' }, concat(long(-max - 1n), long(0))],
    ['a negative size of a block', { type: 'array', items: 'int' }, concat(long(-1), long(-1), long(0), long(0))],
    ['a number of more than 64 bits', 'long', Buffer.from('ffffffffffffffffff02', 'hex')],
    ['a number without an end', 'long', Buffer.alloc(30, 0xff)],
    ['an int of more than 32 bits', 'int', long(2n ** 31n)],
    ['an int in more than five bytes', 'int', Buffer.of(0x80, 0x80, 0x80, 0x80, 0x80, 0)],
    ['a boolean of 2', 'boolean', Buffer.of(2)],
    [
      'a block of another size than it states',
      { type: 'array', items: 'int' },
      concat(long(-1), long(2), long(5), long(0)),
    ],
    ['an enum past its symbols', { type: 'enum', name: 'E', symbols: ['A'] }, long(1)],
    ['a negative enum', { type: 'enum', name: 'E', symbols: ['A'] }, long(-1)],
    ['a union past its branches', ['null', 'int'], long(2)],
    ['a negative union', ['null', 'int'], long(-1)],
    ['a deep recursion through arrays', tree, Buffer.alloc(1_000_000, 2)],
    ['a deep recursion through maps', maps, Buffer.alloc(1_000_000, Buffer.from([2, 0]))],
    ['a recursion that takes no bytes', endless, Buffer.alloc(0)],
    ['a decimal of enormous length', { type: 'bytes', logicalType: 'decimal' }, bytes(Buffer.alloc(100_000, 1))],
    ['bytes after the record', 'int', concat(long(1), long(1))],
    ['no bytes at all', 'int', Buffer.alloc(0)],
  ])('are refused: %s', { timeout: 60_000 }, (_, schema, avro) => {
    const out = new ByteWriter(8);
    out.text('before');
    expect(() => compileTranscoder(schema)(Buffer.from(avro), out)).toThrow(MalformedAvro);
    expect(out.written().toString()).toBe('before');
  });

  it('do not make more than 64 MiB of a few', () => {
    const longName = record([{ name: 'n'.repeat(50_000), type: 'boolean' }]);
    const out = new ByteWriter();
    const few = concat(long(9000), Buffer.alloc(9000), long(0));
    expect(() => compileTranscoder({ type: 'array', items: longName })(Buffer.from(few), out)).toThrow(
      'its JSON is larger than 67108864 bytes',
    );
    expect(out.buffer.length).toBeLessThanOrEqual(128 * 1024 * 1024);
    expect(out.length).toBe(0);
  });

  it('may stand for some thousand values that take none', () => {
    expect(JSON.parse(json({ type: 'array', items: 'null' }, concat(long(5000), long(0))))).toHaveLength(5000);
  });

  it('leave nothing behind for the next record', () => {
    const transcode = compileTranscoder(tree);
    const out = new ByteWriter();
    for (let run = 0; run < 3; run++) expect(() => transcode(Buffer.alloc(1000, 2), out)).toThrow(MalformedAvro);
    transcode(Buffer.of(2, 0, 0), out);
    expect(out.written().toString()).toBe('{"children":[{"children":[]}]}');
  });

  it('may nest a hundred levels', () => {
    const list = record([{ name: 'next', type: ['null', 'R'] }]);
    const nested = (levels: number) => Buffer.concat([Buffer.alloc(levels - 1, 2), Buffer.of(0)]);
    expect(json(list, nested(100))).toMatch(/^(\{"next":){100}null\}{100}$/);
    expect(() => json(list, nested(101))).toThrow('nested deeper than 100 levels');
  });
});

describe('a hostile schema', () => {
  const code = 'globalThis.sluiceInjected = 1';
  const attacks = [
    `";${code};"`,
    `');${code};('`,
    `\`;${code};\``,
    `\${${code}}`,
    `*/${code};/*`,
    `\n${code}\n`,
    `\\");${code};//`,
    `\u2028${code}\u2029`,
    `</script><script>${code}</script>`,
    `\ud800${code}`,
    '__proto__',
    'constructor',
  ];

  it.each(attacks)('cannot inject code with %j', (attack) => {
    const schema = {
      type: 'record',
      name: attack,
      namespace: attack,
      doc: attack,
      aliases: [attack],
      fields: [
        { name: attack, doc: attack, default: attack, aliases: [attack], type: 'int', order: attack },
        { name: `${attack}1`, type: { type: 'enum', name: `${attack}E`, symbols: [attack], default: attack } },
        {
          name: `${attack}2`,
          type: { type: 'fixed', name: `${attack}F`, size: 1, logicalType: attack, scale: attack },
        },
        { name: `${attack}3`, type: { type: 'long', logicalType: attack, precision: attack, scale: attack } },
        { name: `${attack}4`, type: { type: 'long', logicalType: `timestamp-millis${attack}` } },
        { name: `${attack}5`, type: { type: 'bytes', logicalType: 'decimal', scale: attack } },
        { name: `${attack}6`, type: ['null', { type: 'map', values: 'string', [attack]: attack }] },
      ],
    } as unknown as AvroSchema;
    const avro = concat(
      long(5),
      long(0),
      Buffer.of(65),
      long(6),
      long(7),
      bytes([65]),
      long(1),
      long(1),
      text('k'),
      text('v'),
      long(0),
    );
    const parsed = JSON.parse(json(schema, avro)) as Record<string, unknown>;
    expect('sluiceInjected' in globalThis).toBe(false);
    expect(Object.entries(parsed)).toEqual(
      [5, attack, 'QQ==', 6, 7, 'QQ==', { k: 'v' }].map((value, index) => [
        // A dot would separate names in Elasticsearch.
        index === 0 ? attack : `${attack}${index}`,
        value,
      ]),
    );
  });

  it.each(attacks)('cannot inject code as a type or a size: %j', (attack) => {
    const attempts = [
      attack,
      { type: attack },
      [attack],
      { type: 'fixed', name: 'F', size: attack },
      { type: 'array', items: attack },
    ] as unknown as AvroSchema[];
    for (const schema of attempts) expect(() => compileTranscoder(schema)).toThrow(Error);
    expect('sluiceInjected' in globalThis).toBe(false);
  });

  it.each([1e9, 2467, -1, 1.5, Number.NaN])('with a decimal of scale %d gets its bytes', (scale) => {
    expect(json({ type: 'bytes', logicalType: 'decimal', scale }, bytes([65]))).toBe('"QQ=="');
    expect(json({ type: 'fixed', name: 'F', size: 1, logicalType: 'decimal', scale }, Buffer.of(65))).toBe('"QQ=="');
  });
});
