import { describe, expect, it } from 'vitest';
import type { AvroField, AvroSchema } from '@sluice/avro';
import { withSchema } from '../evolution/followed-schema.ts';
import { derivedContract } from './derived-contract.ts';

const record = (fields: readonly AvroField[], name = 'Order'): AvroSchema => ({ type: 'record', name, fields });
const field = (name: string, type: AvroSchema): AvroField => ({ name, type });
const millis: AvroSchema = { type: 'long', logicalType: 'timestamp-millis' };

/** The types of the fields, by their names, without the event time. */
function types(...schemas: readonly AvroSchema[]): Record<string, unknown> {
  const { schema } = derivedContract(
    'orders',
    schemas.map((one) => ({ schema: one })),
  );
  expect(schema.fields[0]).toMatchObject({ name: '@timestamp', type: millis });
  return Object.fromEntries(schema.fields.slice(1).map(({ name, type }) => [name, type]));
}

describe('the contract of a topic without one', () => {
  it('has the fields of its schema and the event time, and rules by default', () => {
    expect(derivedContract('orders', [{ schema: record([field('n', 'int')]) }])).toMatchObject({
      ...{ name: 'orders', topic: 'orders', key: [], id: [], time: '@timestamp', arrival: '@timestamp' },
      ...{
        rotation: 'month',
        timeZone: 'UTC',
        internal: false,
        derived: { id: 'position', time: undefined, tombstones: 'dead-letter' },
      },
    });
    expect(types(record([field('n', 'int')]))).toEqual({ n: 'int' });
    expect(types()).toEqual({});
  });

  it('has the fields of all versions, which may be null where a version lacks them', () => {
    const versions = [
      record([field('a', 'int'), field('b', 'string'), field('c', 'int')]),
      record([field('a', 'long'), field('c', ['null', 'int']), field('d', 'double')]),
    ];
    expect(types(...versions)).toEqual({
      ...{ a: 'long', b: ['null', 'string'], c: ['null', 'int'], d: ['null', 'double'] },
    });
  });

  it.each<[string, AvroSchema, AvroSchema, unknown]>([
    ['whole numbers', 'int', 'long', 'long'],
    ['numbers', 'long', 'float', 'double'],
    ['an enum and a text', { type: 'enum', name: 'E', symbols: ['A'] }, 'string', 'string'],
    ['a null and a text', 'null', 'string', ['null', 'string']],
    ['arrays', { type: 'array', items: 'int' }, { type: 'array', items: 'long' }, { type: 'array', items: 'long' }],
    ['times', millis, { type: 'long', logicalType: 'timestamp-micros' }, { logicalType: 'timestamp-micros' }],
    ['a text and a number', 'string', 'int', ['null', 'boolean', 'double', 'string']],
    ['a time and a number', millis, 'long', ['null', 'boolean', 'double', 'string']],
    [
      'decimals',
      { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 },
      { type: 'bytes', logicalType: 'decimal', precision: 12, scale: 2 },
      { precision: 12, scale: 2 },
    ],
  ])('has one type for %s', (_, one, other, expected) => {
    const both = types(record([field('x', one)]), record([field('x', other)]));
    if (typeof expected === 'object' && !Array.isArray(expected)) expect(both['x']).toMatchObject(expected as object);
    else expect(both['x']).toEqual(expected);
    // A union of the two is the same.
    expect(types(record([field('x', [one, other])]))).toEqual(both);
  });

  it('merges records within records, whatever their names', () => {
    const inner = (name: string, ...fields: AvroField[]) => record([field('in', record(fields, name))]);
    expect(types(inner('A', field('x', 'int')), inner('B', field('y', 'int')))['in']).toMatchObject({
      fields: [
        { name: 'x', type: ['null', 'int'] },
        { name: 'y', type: ['null', 'int'] },
      ],
    });
  });

  it('has the fields of each record in a union at the top level, and the other values in one field', () => {
    const union: AvroSchema = ['null', record([field('a', 'int')], 'A'), record([field('b', 'A')], 'B'), 'string'];
    expect(types(union)).toMatchObject({
      ...{ a: ['null', 'int'], b: ['null', { type: 'record' }], value: ['null', 'string'] },
    });
    expect(types({ type: 'array', items: 'int' })).toEqual({ value: { type: 'array', items: 'int' } });
    expect(types({ type: 'enum', name: 'E', symbols: ['A'] })).toMatchObject({ value: { symbols: ['A'] } });
  });

  it('ends where a type contains itself', () => {
    const tree = record([field('n', 'int'), field('kids', { type: 'array', items: 'Order' })]);
    expect(types(tree)).toEqual({
      ...{ n: 'int', kids: { type: 'array', items: ['null', 'boolean', 'double', 'string'] } },
    });
  });

  it('knows the types that other schemas define', () => {
    const schema = record([field('at', 'geo.Point'), field('to', 'geo.Point')]);
    const references = [{ ...(record([field('x', 'double')], 'Point') as object), namespace: 'geo' } as AvroSchema];
    const { fields } = derivedContract('orders', [{ schema, references }]).schema;
    for (const at of [1, 2]) expect(fields[at]?.type).toMatchObject({ fields: [{ name: 'x', type: 'double' }] });
  });

  it('gains the fields of a schema that appears later, and stays itself otherwise', () => {
    const contract = derivedContract('orders', [{ schema: record([field('a', 'int')]) }]);
    expect(withSchema(contract, { schema: record([field('a', 'int')]) })).toBe(contract);
    const later = withSchema(contract, { schema: record([field('b', 'int')]) });
    expect(later.schema.fields.map(({ name }) => name)).toEqual(['@timestamp', 'a', 'b']);
    expect(withSchema(later, { schema: record([field('b', 'int')]) })).toBe(later);
  });
});
