import { SchemaNames, type AvroSchema } from '@sluice/avro';
import { contracts, eventContract } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { columnType, typeConflict } from './column-type.ts';
import { describeTypes } from './describe-types.ts';
import { quoteName, tableColumns } from './table-columns.ts';

const time = { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } };
const contractOf = (...fields: object[]) =>
  eventContract({
    type: 'record',
    name: 'TestEvent',
    fields: [time, ...fields],
    sluice: { topic: 'test', id: [], time: 'time', rotation: 'day' },
  } as never);

describe("a table's columns", () => {
  it('are those of the contract, under names that PostgreSQL takes', () => {
    const contract = contractOf(
      { name: '_id', type: 'string' },
      { name: 'tags', type: { type: 'array', items: 'int' } },
    );
    expect(tableColumns(contract)).toEqual([
      { name: 'time', type: 'timestamp with time zone' },
      { name: 'field_id', type: 'text' },
      { name: 'tags', type: 'jsonb' },
    ]);
  });

  it('have those that only the writer knows after them, under names that leave the others alone', () => {
    const contract = contractOf({ name: 'field_id', type: 'int' });
    const avro: AvroSchema = {
      type: 'record',
      name: 'TestEvent',
      fields: [time, { name: 'field_id', type: 'int' }, { name: '_id', type: ['null', 'double'] }],
    };
    const columns = tableColumns(contract, { avro, unknownFields: () => ['_id'] });
    expect(columns.slice(1)).toEqual([
      { name: 'field_id', type: 'bigint' },
      { name: 'field_id_2', type: 'double precision' },
    ]);
  });

  it('exist for each event', () => {
    for (const contract of contracts)
      expect(tableColumns(contract).length, contract.topic).toBe(contract.schema.fields.length);
  });
});

it('the documented types are those of the tables', () => {
  const types = new Map(describeTypes());
  expect(types.get('`int`')).toBe('bigint');
  expect(types.get('`decimal`')).toBe('numeric');
  expect(types.get('union of `null` and one type')).toBe('bigint');
  expect(types.get('union of several types')).toBe('jsonb');
  const named: AvroSchema = { type: 'array', items: { type: 'enum', name: 'E', symbols: ['A'] } };
  expect(columnType(new SchemaNames([named]), { schema: 'E', namespace: '' })).toBe('text');
});

it('a column of another type is a conflict unless it is wider', () => {
  expect(typeConflict('bigint', 'bigint')).toBe(false);
  expect(typeConflict('numeric', 'bigint')).toBe(false);
  expect(typeConflict('character varying(20)', 'text')).toBe(false);
  expect(typeConflict('integer', 'bigint')).toBe(true);
  expect(typeConflict('text', 'bigint')).toBe(true);
  expect(typeConflict('jsonb', 'text')).toBe(true);
});

it('a name is quoted', () => expect(quoteName('a"b')).toBe('"a""b"'));
