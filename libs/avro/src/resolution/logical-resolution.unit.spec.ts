import { describe, expect, it } from 'vitest';
import type { AvroSchema } from '../schema/avro-schema.ts';
import { compileDecoder } from '../values/decoder.ts';
import { bytes, concat, long, text } from '../testing/avro-bytes.ts';
import { runProperty } from '@sluice/random/testing';
import { seededRandom, type Random } from '@sluice/random';
import { record } from '../testing/records.ts';
import { json, refusal } from '../testing/resolved-json.ts';
import { MalformedAvro } from '../json/transcoder.ts';

// What a writer's value with one logical type becomes under a reader with another: all pairs, at any depth.

interface Kind {
  name: string;
  /** Digits of a second; of decimals the scale. */
  digits: number;
  bits: 32 | 64;
}
interface Time {
  schema: AvroSchema;
  kind: Kind;
}
const time = (base: 'int' | 'long', logicalType: string, name: string, digits: number): Time => ({
  schema: { type: base, logicalType },
  kind: { name, digits, bits: base === 'int' ? 32 : 64 },
});
const times = [
  time('long', 'timestamp-millis', 'instant', 3),
  time('long', 'timestamp-micros', 'instant', 6),
  time('long', 'timestamp-nanos', 'instant', 9),
  time('long', 'local-timestamp-millis', 'local time', 3),
  time('long', 'local-timestamp-micros', 'local time', 6),
  time('long', 'local-timestamp-nanos', 'local time', 9),
  time('int', 'time-millis', 'time of day', 3),
  time('long', 'time-micros', 'time of day', 6),
  time('int', 'date', 'date', 0),
];
const uuidText = '00112233-4455-6677-8899-aabbccddeeff';
const fixed = (size: number, more: object): AvroSchema => ({ type: 'fixed', name: 'F', size, ...more });
const others: { schema: AvroSchema; name: string; value: Buffer }[] = [
  { schema: { type: 'bytes', logicalType: 'decimal', scale: 2 }, name: 'decimal 2', value: bytes([1, 2]) },
  { schema: { type: 'bytes', logicalType: 'decimal', scale: 3 }, name: 'decimal 3', value: bytes([1, 2]) },
  { schema: fixed(16, { logicalType: 'decimal', scale: 2 }), name: 'fixed decimal', value: Buffer.alloc(16, 1) },
  { schema: { type: 'string', logicalType: 'uuid' }, name: 'uuid', value: text(uuidText) },
  { schema: fixed(16, { logicalType: 'uuid' }), name: 'uuid', value: Buffer.from(uuidText.replaceAll('-', ''), 'hex') },
  { schema: fixed(12, { logicalType: 'duration' }), name: 'duration', value: Buffer.alloc(12, 1) },
  { schema: { type: 'string', logicalType: 'json' }, name: 'json', value: text('{}') },
];

/** Puts a type and its value somewhere inside others. */
type Nest = {
  type: (inner: AvroSchema) => AvroSchema;
  avro: (inner: Buffer) => Buffer;
  get: (value: unknown) => unknown;
};
const get = (value: unknown, key: string | number): unknown => (value as Record<string | number, unknown>)[key];
const nests: readonly Nest[] = [
  { type: (inner) => inner, avro: (inner) => inner, get: (value) => value },
  { type: (inner) => ['null', inner], avro: (inner) => concat(long(1), inner), get: (value) => value },
  {
    type: (items) => ({ type: 'array', items }),
    avro: (inner) => concat(long(1), inner, long(0)),
    get: (value) => get(value, 0),
  },
  {
    type: (values) => ({ type: 'map', values }),
    avro: (inner) => concat(long(1), text('k'), inner, long(0)),
    get: (value) => get(value, 'k'),
  },
  { type: (type) => record([{ name: 'in', type }], 'Inner'), avro: (inner) => inner, get: (value) => get(value, 'in') },
];

/** The reference: unbounded integers, rounded down. */
function scaled(value: bigint, power: number): bigint {
  if (power >= 0) return value * 10n ** BigInt(power);
  const unit = 10n ** BigInt(-power);
  return (value - (((value % unit) + unit) % unit)) / unit;
}

const within = (random: Random, { bits, name, digits }: Kind): bigint => {
  if (random.chance(0.2)) {
    const most = 2n ** BigInt(bits - 1);
    return random.pick([most - 1n, -most, most / 1000n, -most / 1000n - 1n, -1n, 999n, -1000n, 2n ** 30n]);
  }
  if (name === 'time of day') return BigInt(random.below(86_400 * 10 ** digits));
  if (name === 'date') return BigInt(random.whole(-800_000, 3_000_000));
  return (
    BigInt(random.whole(-62_167_219_200, 253_402_300_799)) * 10n ** BigInt(digits) + BigInt(random.below(10 ** digits))
  );
};

describe('a value whose logical type differs', () => {
  const unwrap = (text: string) => {
    const value: unknown = JSON.parse(text, (_key, one: unknown, context?: { source: string }) =>
      typeof one === 'number' ? context?.source : one,
    );
    return value;
  };
  const fits64 = (value: bigint) => BigInt.asIntN(64, value) === value;

  it('is the same moment in JSON and as a value, or is refused by name: all pairs of times', () => {
    runProperty(process.env, (seed) => {
      const random = seededRandom(seed);
      const seen = { converted: 0, refused: 0, beyond: 0 };
      for (const from of times)
        for (const to of times)
          for (const nest of nests) {
            const [writer, reader] = [
              record([{ name: 'x', type: nest.type(from.schema) }]),
              record([{ name: 'x', type: nest.type(to.schema) }]),
            ];
            for (let run = 0; run < 20; run++) {
              const value = within(random, from.kind);
              if (!fits64(value)) continue;
              const avro = nest.avro(long(value));
              const shown = `${value} from ${JSON.stringify(from.schema)} to ${JSON.stringify(to.schema)}`;
              if (from.kind.name !== to.kind.name) {
                const { logicalType } = from.schema as { logicalType: string };
                expect(refusal(writer, reader, avro), shown).toContain(`as ${logicalType}`);
                expect(() => compileDecoder(writer, [], reader)(avro), shown).toThrow(/^(Inner|R)\.\w+: /);
                seen.refused++;
                continue;
              }
              const expected = scaled(value, to.kind.digits - from.kind.digits);
              if (BigInt.asIntN(to.kind.bits, expected) !== expected) {
                expect(refusal(writer, reader, avro), shown).toContain('beyond what');
                expect(() => compileDecoder(writer, [], reader)(avro), shown).toThrow('beyond what');
                seen.beyond++;
                continue;
              }
              // As if the writer had written it in the reader's unit.
              const own = nest.avro(long(expected));
              expect(unwrap(json(writer, reader, avro)), shown).toEqual(unwrap(json(reader, reader, own)));
              const read = (of: AvroSchema, body: Buffer) => {
                const decoded = compileDecoder(of, [], reader)(body);
                try {
                  return nest.get(get(decoded, 'x'));
                } catch (error) {
                  if (error instanceof MalformedAvro) return error.message;
                  throw error;
                }
              };
              expect(read(writer, avro), shown).toEqual(read(reader, own));
              seen.converted++;
            }
          }
      expect(Math.min(seen.converted, seen.refused, seen.beyond)).toBeGreaterThan(20);
    });
  });

  it('is refused by name across kinds, also among decimals, uuids, durations and JSON', () => {
    const all = [...times.map(({ schema, kind }) => ({ schema, name: kind.name, value: long(5) })), ...others];
    for (const from of all)
      for (const to of all) {
        if (from.name === to.name) continue;
        for (const nest of nests) {
          const writer = record([{ name: 'x', type: nest.type(from.schema) }]);
          const reader = record([{ name: 'x', type: nest.type(to.schema) }]);
          expect(refusal(writer, reader, nest.avro(from.value))).toMatch(/^(Inner|R)\.\w+: an? .* as /);
        }
      }
  });

  it('is the same uuid in text and in 16 bytes', () => {
    const [ofText, ofBytes] = others.filter(({ name }) => name === 'uuid');
    if (ofText === undefined || ofBytes === undefined) throw new Error('there are two');
    for (const [from, to] of [
      [ofText, ofBytes],
      [ofBytes, ofText],
    ] as const)
      expect(json(from.schema, ['null', to.schema], from.value)).toBe(`"${uuidText}"`);
    expect(compileDecoder(ofBytes.schema, [], ofText.schema)(ofBytes.value)).toBe(uuidText);
    expect(compileDecoder(ofText.schema, [], ofBytes.schema)(ofText.value)).toEqual(ofBytes.value);
    expect(refusal(ofText.schema, ofBytes.schema, text('no uuid'))).toBe('a string that is not a uuid');
  });

  it('is in the unit of the reader where the writer says none, and the plain number where the reader says none', () => {
    for (const { schema, kind } of times) {
      const base = kind.bits === 32 ? 'int' : 'long';
      expect(json(base, schema, long(1))).toBe(json(schema, schema, long(1)));
      expect(json(schema, base, long(86_399))).toBe('86399');
      expect(compileDecoder(schema, [], base)(long(86_399))).toBe(86_399);
    }
  });

  it('goes to the branch of a union that means the same, else to one of its type', () => {
    const [millis, micros] = ['timestamp-millis', 'timestamp-micros'].map((logicalType): AvroSchema => ({
      type: 'long',
      logicalType,
    }));
    const day: AvroSchema = { type: 'int', logicalType: 'date' };
    if (millis === undefined || micros === undefined) throw new Error('there are two');
    expect(json(micros, ['null', day, millis], long(-1))).toBe('"1969-12-31T23:59:59.999Z"');
    expect(
      json({ type: 'int', logicalType: 'time-millis' }, ['int', { type: 'long', logicalType: 'time-micros' }], long(7)),
    ).toBe('"00:00:00.007000"');
    expect(json(day, ['null', millis, 'double'], long(5))).toBe('5');
    expect(refusal(micros, ['null', day], long(5))).toBe(
      "a long as timestamp-micros that no branch of the reader's union takes: a null, an int as date",
    );
  });

  it('may be the day or the minute before, and is never rounded up', () => {
    const [writer, reader] = ['timestamp-nanos', 'timestamp-millis'].map((logicalType): AvroSchema => ({
      type: 'long',
      logicalType,
    }));
    if (writer === undefined || reader === undefined) throw new Error('there are two');
    for (const [nanos, expected] of [
      [-1n, '"1969-12-31T23:59:59.999Z"'],
      [-1_000_000n, '"1969-12-31T23:59:59.999Z"'],
      [-1_000_001n, '"1969-12-31T23:59:59.998Z"'],
      [999_999n, '"1970-01-01T00:00:00.000Z"'],
      [2n ** 63n - 1n, '"2262-04-11T23:47:16.854Z"'],
    ] as const) {
      expect(json(writer, reader, long(nanos))).toBe(expected);
      expect(compileDecoder(writer, [], reader)(long(nanos))).toEqual(new Date(JSON.parse(expected) as string));
    }
  });
});
