import type { AvroField, AvroSchema } from '@sluice/avro';
import { describe, expect, it } from 'vitest';
import { eventContract } from '../contract/event-contract.ts';
import type { ContractField } from '../contract/contract-schema.ts';
import { readerSchema, withSchema } from './followed-schema.ts';

const time: ContractField = { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } };
const enumOf = (...symbols: string[]): AvroSchema => ({ type: 'enum', name: 'State', symbols });
const decimal = (precision: number, scale = 2): AvroSchema => ({
  ...{ type: 'bytes', logicalType: 'decimal', precision, scale },
});
const itemOf = (...fields: AvroField[]): AvroSchema => ({ type: 'record', name: 'Item', fields });

const contractOf = (...fields: ContractField[]) =>
  eventContract({
    ...{ type: 'record', name: 'Order', namespace: 'shop', sluice: { topic: 'orders', time: 'time' } },
    fields: [time, ...fields],
  });
const writtenBy = (...fields: (AvroField & { sluice?: unknown })[]) => ({
  schema: { type: 'record' as const, name: 'Order', namespace: 'shop', fields: [time, ...fields] },
});
/** The type by which a field is read. */
const readAs = (own: AvroSchema, written: AvroSchema, growth: 'numbers' | 'values' = 'values') =>
  readerSchema(contractOf({ name: 'x', type: own }), writtenBy({ name: 'x', type: written }), growth).fields[1]?.type;

describe('a field of a contract is read', () => {
  it.each<[string, AvroSchema, AvroSchema, AvroSchema]>([
    ['int', 'int', 'long', 'long'],
    ['int', 'int', 'float', 'double'],
    ['long', 'long', 'double', 'double'],
    ['float', 'float', 'double', 'double'],
    ['optional int', ['null', 'int'], ['long', 'null'], ['null', 'long']],
    ['optional int that is always there', ['null', 'int'], 'long', ['null', 'long']],
    [
      'int of an array',
      { type: 'array', items: 'int' },
      { type: 'array', items: 'long' },
      { type: 'array', items: 'long' },
    ],
    ['int of a map', { type: 'map', values: 'int' }, { type: 'map', values: 'long' }, { type: 'map', values: 'long' }],
    ['int with attributes', { type: 'int' }, 'long', { type: 'long' }],
    ['enum', enumOf('A', 'B'), enumOf('C', 'A'), enumOf('A', 'B', 'C')],
    ['decimal', decimal(9), decimal(18), decimal(18)],
    [
      'field of a record',
      itemOf({ name: 'n', type: 'int' }),
      itemOf({ name: 'n', type: 'long' }),
      itemOf({ name: 'n', type: 'long' }),
    ],
  ])('by a newer writer as what it writes: %s', (_, own, written, expected) => {
    expect(readAs(own, written)).toEqual(expected);
  });

  it.each<[string, AvroSchema, AvroSchema]>([
    ['a narrower number', 'long', 'int'],
    ['text for a number', 'int', 'string'],
    ['null for what is never null', 'string', ['null', 'string']],
    ['one of several types', 'int', ['long', 'string']],
    ['a time for a number', 'int', { type: 'long', logicalType: 'timestamp-millis' }],
    ['fewer symbols', enumOf('A', 'B'), enumOf('A')],
    ['another scale', decimal(9), decimal(18, 4)],
    ['fewer digits', decimal(9), decimal(5)],
  ])('as the contract says: %s', (_, own, written) => {
    expect(readAs(own, written)).toBe(own);
  });

  it('with numbers alone wider for code, which knows the symbols of its contract only', () => {
    expect(readAs('int', 'long', 'numbers')).toBe('long');
    expect(readAs(decimal(9), decimal(18), 'numbers')).toEqual(decimal(18));
    const own = enumOf('A');
    expect(readAs(own, enumOf('A', 'B'), 'numbers')).toBe(own);
  });
});

describe('a contract with the schema of a writer', () => {
  it('gains the fields that only the writer has, at any depth, and how they are searched', () => {
    const contract = contractOf({ name: 'item', type: ['null', itemOf({ name: 'n', type: 'int' })], default: null });
    const text = { name: 'note', type: ['null', 'string'], doc: 'Free text.', sluice: { search: 'text', kind: 7 } };
    const item = itemOf({ name: 'n', type: 'long' }, { name: 'sizes', type: { type: 'array', items: 'int' } });
    const { schema } = withSchema(contract, writtenBy({ name: 'item', type: ['null', item] }, text));
    expect(schema.fields.map(({ name }) => name)).toEqual(['time', 'item', 'note']);
    expect(schema.fields[2]).toEqual({
      ...{ name: 'note', type: ['null', 'string'], doc: 'Free text.', sluice: { search: 'text' } },
    });
    expect(schema.fields[1]?.type).toMatchObject([
      'null',
      { fields: [{ name: 'n', type: 'long' }, { name: 'sizes' }] },
    ]);
  });

  it('is itself where it has everything, and where the record is another one', () => {
    const contract = contractOf({ name: 'n', type: 'long' });
    expect(withSchema(contract, writtenBy({ name: 'n', type: 'int' }))).toBe(contract);
    expect(withSchema(contract, { schema: { ...writtenBy({ name: 'm', type: 'int' }).schema, name: 'Other' } })).toBe(
      contract,
    );
    expect(withSchema(contract, { schema: 'string' })).toBe(contract);
  });

  it('keeps what it has learned of others: the widest number, the symbols of all', () => {
    const contract = contractOf({ name: 'n', type: 'int' }, { name: 'state', type: enumOf('A') });
    const learned = [
      writtenBy({ name: 'n', type: 'double' }, { name: 'state', type: enumOf('B') }, { name: 'm', type: 'int' }),
      writtenBy({ name: 'n', type: 'long' }, { name: 'state', type: enumOf('C') }, { name: 'm', type: 'long' }),
    ].reduce(withSchema, contract);
    expect(learned.schema.fields.slice(1)).toEqual([
      ...[
        { name: 'n', type: 'double' },
        { name: 'state', type: enumOf('A', 'B', 'C') },
        { name: 'm', type: 'long' },
      ],
    ]);
  });
});
