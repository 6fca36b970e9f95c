import { describe, expect, it } from 'vitest';
import type { AvroSchema } from './avro-schema.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { bytes, long, text } from '../testing/avro-bytes.ts';
import { runProperty } from '@sluice/random/testing';
import { seededRandom } from '@sluice/random';
import { compileTranscoder } from '../json/transcoder.ts';

function json(schema: AvroSchema, avro: Uint8Array): string {
  const out = new ByteWriter();
  compileTranscoder(schema)(Buffer.from(avro), out);
  return out.written().toString();
}

const ofLong = (logicalType: string): AvroSchema => ({ type: 'long', logicalType });
const ofInt = (logicalType: string): AvroSchema => ({ type: 'int', logicalType });

describe('timestamps', () => {
  it.each<[string, number | bigint, string]>([
    ['timestamp-millis', 0, '"1970-01-01T00:00:00.000Z"'],
    ['timestamp-millis', 1_767_225_599_999, '"2025-12-31T23:59:59.999Z"'],
    ['timestamp-millis', -1, '"1969-12-31T23:59:59.999Z"'],
    ['timestamp-millis', -86_400_000, '"1969-12-31T00:00:00.000Z"'],
    ['timestamp-millis', -62_135_596_800_000, '"0001-01-01T00:00:00.000Z"'],
    ['timestamp-millis', 253_402_300_799_999, '"9999-12-31T23:59:59.999Z"'],
    ['timestamp-micros', 1, '"1970-01-01T00:00:00.000001Z"'],
    ['timestamp-micros', -1, '"1969-12-31T23:59:59.999999Z"'],
    ['timestamp-micros', 1_767_225_599_999_999, '"2025-12-31T23:59:59.999999Z"'],
    ['timestamp-micros', 253_402_300_799_999_999n, '"9999-12-31T23:59:59.999999Z"'],
    ['timestamp-micros', -62_135_596_800_000_000n, '"0001-01-01T00:00:00.000000Z"'],
    ['timestamp-nanos', 1, '"1970-01-01T00:00:00.000000001Z"'],
    ['timestamp-nanos', -1, '"1969-12-31T23:59:59.999999999Z"'],
    ['timestamp-nanos', 1_767_225_599_123_456_789n, '"2025-12-31T23:59:59.123456789Z"'],
    ['timestamp-nanos', 2n ** 63n - 1n, '"2262-04-11T23:47:16.854775807Z"'],
    ['timestamp-nanos', -(2n ** 63n), '"1677-09-21T00:12:43.145224192Z"'],
    ['local-timestamp-millis', -1, '"1969-12-31T23:59:59.999"'],
    ['local-timestamp-micros', 1, '"1970-01-01T00:00:00.000001"'],
    ['local-timestamp-nanos', 1, '"1970-01-01T00:00:00.000000001"'],
  ])('%s %d is %s', (logicalType, value, expected) => expect(json(ofLong(logicalType), long(value))).toBe(expected));

  it.each<[string, bigint]>([
    ['timestamp-millis', 253_402_300_800_000n],
    ['timestamp-millis', -62_135_596_800_001n],
    ['timestamp-millis', 2n ** 63n - 1n],
    ['timestamp-micros', 253_402_300_800_000_000n],
    ['timestamp-micros', -(2n ** 63n)],
  ])('%s %d is outside the calendar, so it stays a number', (logicalType, value) =>
    expect(json(ofLong(logicalType), long(value))).toBe(String(value)),
  );

  it('timestamp-millis is what a Date writes within the years 0001 to 9999, and a number outside', () => {
    const [first, last] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];
    const units = [1, 1000, 60_000, 3_600_000, 86_400_000, 31_536_000_000];
    const transcode = compileTranscoder(ofLong('timestamp-millis'));
    const out = new ByteWriter();
    runProperty(process.env, (seed) => {
      const random = seededRandom(seed);
      const near = (at: number) => units.flatMap((unit) => [at - unit, at - unit + 1, at, at + unit - 1, at + unit]);
      const cases = [
        ...[first, last, 0, Date.parse('2000-02-29T00:00:00Z'), Date.parse('1900-03-01T00:00:00Z')].flatMap(near),
        ...Array.from({ length: 50_000 }, () => random.whole(first, last)),
        // Many of one day, as the day is remembered.
        ...Array.from({ length: 5000 }, () => random.whole(-2 * 86_400_000, 2 * 86_400_000)),
        ...Array.from({ length: 1000 }, () => random.pick([first - 1, last + 1]) * random.whole(1, 100)),
      ];
      for (const millis of cases) {
        out.length = 0;
        transcode(long(millis), out);
        const expected = millis < first || millis > last ? String(millis) : `"${new Date(millis).toISOString()}"`;
        if (out.written().toString() !== expected) expect(out.written().toString()).toBe(expected);
      }
    });
  });

  it('of one transcoder do not remember the day of another record', () => {
    const transcode = compileTranscoder({ type: 'array', items: ofLong('timestamp-millis') });
    const out = new ByteWriter();
    transcode(Buffer.concat([long(3), long(0), long(86_400_000), long(1), long(0)]), out);
    expect(JSON.parse(out.written().toString())).toEqual([
      '1970-01-01T00:00:00.000Z',
      '1970-01-02T00:00:00.000Z',
      '1970-01-01T00:00:00.001Z',
    ]);
  });
});

describe('dates and times of day', () => {
  it.each<[AvroSchema, number | bigint, string]>([
    [ofInt('date'), 0, '"1970-01-01"'],
    [ofInt('date'), -1, '"1969-12-31"'],
    [ofInt('date'), 20_453, '"2025-12-31"'],
    [ofInt('date'), -719_162, '"0001-01-01"'],
    [ofInt('date'), -719_163, '-719163'],
    [ofInt('date'), 2_932_896, '"9999-12-31"'],
    [ofInt('date'), 2_932_897, '2932897'],
    [ofInt('time-millis'), 0, '"00:00:00.000"'],
    [ofInt('time-millis'), 86_399_999, '"23:59:59.999"'],
    [ofInt('time-millis'), 86_400_000, '86400000'],
    [ofInt('time-millis'), -1, '-1'],
    [ofLong('time-micros'), 45_296_000_007, '"12:34:56.000007"'],
    [ofLong('time-micros'), 86_400_000_000, '86400000000'],
    [ofLong('time-micros'), -(2n ** 63n), '-9223372036854775808'],
  ])('%j %d is %s', (schema, value, expected) => expect(json(schema, long(value))).toBe(expected));
});

describe('decimals', () => {
  it.each<[number[], number | undefined, string]>([
    [[0x04, 0xe2], 2, '12.50'],
    [[0xfb, 0x1e], 2, '-12.50'],
    [[0x05], 0, '5'],
    [[0x05], undefined, '5'],
    [[0xfb], 0, '-5'],
    [[0x05], 3, '0.005'],
    [[0xfb], 3, '-0.005'],
    [[0x00], 2, '0.00'],
    [[], 2, '0.00'],
    [[0xff], 1, '-0.1'],
    [[0x80], 0, '-128'],
    [[0x00, 0x80], 0, '128'],
    [[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 4, '236118324143482260.6847'],
    [[0x80, 0, 0, 0, 0, 0, 0, 0, 0], 0, '-2361183241434822606848'],
  ])('%j of scale %d are %s, as bytes and as fixed', (unscaled, scale, expected) => {
    const attributes = { logicalType: 'decimal', ...(scale !== undefined && { scale }) };
    expect(json({ type: 'bytes', ...attributes }, bytes(unscaled))).toBe(`"${expected}"`);
    const fixed: AvroSchema = { type: 'fixed', name: 'D', size: unscaled.length, ...attributes };
    expect(json(fixed, Buffer.from(unscaled))).toBe(`"${expected}"`);
  });

  it('of 1024 bytes stay exact', () => {
    const unscaled = Buffer.alloc(1024, 0x7f);
    const digits = BigInt(`0x${unscaled.toString('hex')}`).toString();
    expect(digits).toHaveLength(2466);
    expect(json({ type: 'bytes', logicalType: 'decimal', scale: 2466 }, bytes(unscaled))).toBe(`"0.${digits}"`);
  });
});

describe('uuids and durations', () => {
  const uuid = '00112233-4455-6677-8899-aabbccddeeff';

  it('a uuid is text, from a string and from 16 bytes', () => {
    expect(json({ type: 'string', logicalType: 'uuid' }, text(uuid))).toBe(`"${uuid}"`);
    const fixed: AvroSchema = { type: 'fixed', name: 'U', size: 16, logicalType: 'uuid' };
    expect(json(fixed, Buffer.from(uuid.replaceAll('-', ''), 'hex'))).toBe(`"${uuid}"`);
  });

  it.each([
    [[1, 2, 3004], 'P1M2DT3.004S'],
    [[0, 0, 0], 'P0M0DT0.000S'],
    [[4_294_967_295, 4_294_967_295, 4_294_967_295], 'P4294967295M4294967295DT4294967.295S'],
  ])('the duration %j is %s', (parts, expected) => {
    const schema: AvroSchema = { type: 'fixed', name: 'D', size: 12, logicalType: 'duration' };
    expect(json(schema, Buffer.from(new Uint32Array(parts).buffer))).toBe(`"${expected}"`);
  });
});

describe('a logical type that its type cannot have', () => {
  it.each<[AvroSchema, Uint8Array, string]>([
    [{ type: 'string', logicalType: 'timestamp-millis' }, text('noon'), '"noon"'],
    [{ type: 'int', logicalType: 'timestamp-millis' }, long(5), '5'],
    [{ type: 'long', logicalType: 'date' }, long(5), '5'],
    [{ type: 'long', logicalType: 'timestamp-hours' }, long(5), '5'],
    [{ type: 'fixed', name: 'F', size: 1, logicalType: 'uuid' }, Buffer.of(65), '"QQ=="'],
    [{ type: 'fixed', name: 'F', size: 1, logicalType: 'duration' }, Buffer.of(65), '"QQ=="'],
  ])('does not count: %j', (schema, avro, expected) => expect(json(schema, avro)).toBe(expected));
});
