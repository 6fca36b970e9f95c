import { describe, expect, it } from 'vitest';
import { ByteWriter, compileTranscoder, type AvroField, type AvroSchema } from '@sluice/avro';
import { jsonRules, type JsonForm } from './json-form.ts';
import { bytes, concat, long, text, int, record } from '@sluice/avro/testing';

/** The JSON of a writer's bytes in a form, and what was substituted: `field kind`, with how often. */
function written(writer: AvroSchema, avro: Uint8Array, form: JsonForm, reader?: AvroSchema) {
  const out = new ByteWriter(8);
  const found = compileTranscoder(writer, [], reader, jsonRules(form))(Buffer.from(avro), out) ?? new Map();
  const substituted = [...found].map(([{ field, kind }, count]) => [`${field} ${kind}`, count]);
  return { json: out.written().toString(), substituted: Object.fromEntries(substituted) as Record<string, number> };
}
const double = (value: number) => Buffer.from(new Float64Array([value]).buffer);
const logical = (type: string, logicalType: string, more: object = {}): AvroSchema => ({ type, logicalType, ...more });

describe('fields that only the writer has', () => {
  const mood: AvroField = { name: 'mood', type: ['null', 'string'] };
  const inner = record([int('a'), mood], 'Inner');
  const writer = record([int('x'), { name: 'in', type: inner }, mood, { name: 'again', type: 'Inner' }]);
  const reader = record([int('x'), { name: 'in', type: record([int('a')], 'Inner') }, { ...int('y'), default: 7 }]);
  const glad = concat(long(1), text('glad'));
  const avro = concat(long(1), long(2), glad, glad, long(3), glad);

  it.each(['document', 'row'] as const)('are in a %s, at any depth', (form) => {
    expect(written(writer, avro, form, reader).json).toBe(
      '{"x":1,"in":{"a":2,"mood":"glad"},"mood":"glad","again":{"a":3,"mood":"glad"},"y":7}',
    );
  });

  it.each(['known document', 'known row'] as const)('are not in a %s', (form) => {
    expect(written(writer, avro, form, reader).json).toBe('{"x":1,"in":{"a":2},"y":7}');
  });

  it('take no name from the contract', () => {
    const names = (...fields: string[]) => record(fields.map(int));
    const all = concat(long(1), long(2), long(3));
    expect(written(names('userid', '_id', 'userId'), all, 'row', names('userId')).json).toBe(
      '{"userid_2":1,"_id":2,"userId":3}',
    );
    expect(written(names('field_id', 'x', '_id'), all, 'document', names('_id')).json).toBe(
      '{"field_id_2":1,"x":2,"field_id":3}',
    );
  });

  it('keep an old name beside the field that was renamed', () => {
    const renamed = record([{ ...int('flag'), aliases: ['ensign'] }]);
    expect(written(record([int('ensign'), int('flag')]), concat(long(1), long(2)), 'document', renamed).json).toBe(
      '{"ensign":1,"flag":2}',
    );
  });
});

describe('names', () => {
  it("of metadata are another's outermost only, also where a record is within itself", () => {
    const tree = record([int('_id'), { name: 'next', type: ['null', 'R'] }]);
    expect(written(tree, concat(long(1), long(1), long(2), long(0)), 'document').json).toBe(
      '{"field_id":1,"next":{"_id":2,"next":null}}',
    );
  });

  it('that BigQuery takes for one are two in rows, at any depth', () => {
    const twins = record([int('a'), int('A')], 'Twins');
    const schema = record([int('_kafka'), { name: 'list', type: { type: 'array', items: twins } }]);
    expect(written(schema, concat(long(1), long(1), long(2), long(3), long(0)), 'row').json).toBe(
      '{"field_kafka":1,"list":[{"a":2,"A_2":3}]}',
    );
  });
});

describe('values that a destination does not hold', () => {
  const [most, least] = [2n ** 63n - 1n, -(2n ** 63n)];
  it.each<[AvroSchema, number | bigint]>([
    [logical('int', 'date'), 2_932_897],
    [logical('int', 'date'), 2 ** 31 - 1],
    [logical('int', 'date'), -(2 ** 31)],
    [logical('int', 'date'), -719_163],
    [logical('int', 'time-millis'), 86_400_000],
    [logical('int', 'time-millis'), -1],
    [logical('long', 'time-micros'), 86_400_000_000],
    [logical('long', 'time-micros'), least],
    [logical('long', 'timestamp-millis'), 253_402_300_800_000],
    [logical('long', 'timestamp-millis'), most],
    [logical('long', 'timestamp-millis'), least],
    [logical('long', 'timestamp-micros'), most],
    [logical('long', 'local-timestamp-millis'), least],
    [logical('long', 'local-timestamp-micros'), least],
  ])('%j %d are numbers in documents and null in rows, and counted', (type, value) => {
    const schema = record([{ name: 'list', type: { type: 'array', items: type } }]);
    const avro = concat(long(2), long(value), long(value), long(0));
    const substituted = { 'R.list out_of_range': 2 };
    expect(written(schema, avro, 'document')).toEqual({ json: `{"list":[${value},${value}]}`, substituted });
    expect(written(schema, avro, 'row')).toEqual({ json: '{"list":[null,null]}', substituted });
  });

  it.each<[string, number | bigint, string]>([
    ['timestamp-micros', -1, '1969-12-31T23:59:59.999999Z'],
    ['timestamp-micros', 9_223_372_036_854_776n, '2262-04-11T23:47:16.854776Z'],
    ['timestamp-nanos', -1, '1969-12-31T23:59:59.999999999Z'],
  ])('%s %d is exact everywhere; Elasticsearch does not search it, which is counted', (type, value, expected) => {
    const schema = record([{ name: 'at', type: logical('long', type) }]);
    const json = `{"at":"${expected}"}`;
    expect(written(schema, long(value), 'document')).toEqual({ json, substituted: { 'R.at out_of_range': 1 } });
    expect(written(schema, long(value), 'row')).toEqual({ json, substituted: {} });
  });

  it.each([NaN, Infinity, -Infinity])('the number %d is text, and counted', (value) => {
    const schema = record([{ name: 'n', type: 'double' }]);
    for (const form of ['document', 'row'] as const)
      expect(written(schema, double(value), form)).toEqual({
        json: `{"n":"${value}"}`,
        substituted: { 'R.n not_finite': 1 },
      });
  });

  it('a zero keeps its sign', () => expect(written('double', double(-0), 'row').json).toBe('-0.0'));

  it('a long beyond 2^53 is text in a row, as BigQuery asks for', () => {
    for (const value of [2n ** 53n, most, least]) {
      expect(written('long', long(value), 'row')).toEqual({ json: `"${value}"`, substituted: {} });
      expect(written('long', long(value), 'document')).toEqual({ json: String(value), substituted: {} });
    }
    expect(written('long', long(2n ** 53n - 1n), 'row').json).toBe('9007199254740991');
  });

  it('a decimal of more digits than it states is exact where the column has room for it, and null where not', () => {
    const decimal = (precision?: number): AvroSchema =>
      record([
        { name: 'd', type: logical('bytes', 'decimal', { scale: 0, ...(precision !== undefined && { precision }) }) },
      ]);
    const nines = (digits: number) => {
      const hex = (10n ** BigInt(digits) - 1n).toString(16);
      return bytes([...Buffer.from(hex.length % 2 === 0 ? `00${hex}` : `0${hex}`, 'hex')]);
    };
    const of = (precision: number | undefined, digits: number, form: JsonForm = 'row') =>
      written(decimal(precision), nines(digits), form).json;
    const exact = (digits: number) => `{"d":"${'9'.repeat(digits)}"}`;
    expect(of(5, 29)).toBe(exact(29));
    expect(of(5, 30)).toBe('{"d":null}');
    expect(of(38, 38)).toBe(exact(38));
    expect(of(38, 39)).toBe('{"d":null}');
    expect(of(undefined, 400)).toBe(exact(400));
    expect(of(5, 400, 'document')).toBe(exact(400));
    expect(written(decimal(5), nines(400), 'document').substituted).toEqual({ 'R.d out_of_range': 1 });
  });

  it('are found at their own field, also in a default and in what only the writer has', () => {
    const day = logical('int', 'date');
    const writer = record([{ name: 'gone', type: day }, int('x')]);
    const reader = record([int('x'), { name: 'until', type: day, default: 2_932_897 }]);
    expect(written(writer, concat(long(2_932_897), long(1)), 'row', reader)).toEqual({
      json: '{"gone":null,"x":1,"until":null}',
      substituted: { 'R.gone out_of_range': 1 },
    });
  });
});

describe('a null where an array may be', () => {
  const tags: AvroSchema = ['null', { type: 'array', items: 'int' }];
  const schema = record([
    { name: 'tags', type: tags },
    { name: 'name', type: ['null', 'string'] },
    { name: 'in', type: record([{ name: 'tags', type: tags }], 'In') },
  ]);
  const reader = record([
    ...schema.fields,
    { name: 'later', type: tags, default: null },
    { name: 'deep', type: record([{ name: 'tags', type: tags }], 'Deep'), default: { tags: null } },
  ]);
  const as = (form: JsonForm) => written(schema, concat(long(0), long(0), long(0)), form, reader).json;

  it('is an empty array in a row, and null in a document', () => {
    expect(as('row')).toBe('{"tags":[],"name":null,"in":{"tags":[]},"later":[],"deep":{"tags":[]}}');
    expect(as('document')).toBe('{"tags":null,"name":null,"in":{"tags":null},"later":null,"deep":{"tags":null}}');
  });
});
