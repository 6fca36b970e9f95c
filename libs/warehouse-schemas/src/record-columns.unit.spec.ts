import type { AvroField, AvroSchema } from '@sluice/avro';
import { seededRandom } from '@sluice/random';
import { describe, expect, it } from 'vitest';
import type { RowFormat, TableColumn } from './column.ts';
import { recordColumns } from './record-columns.ts';
import { randomRecord } from './testing/random-record.ts';

const columnsOf = (fields: readonly AvroField[], format: RowFormat = 'JSON') =>
  recordColumns({ type: 'record', name: 'ShipLog', fields }, format);
const columnOf = (type: AvroSchema, format: RowFormat = 'JSON') => {
  const [column] = columnsOf([{ name: 'field', type }], format);
  if (column === undefined) return undefined;
  const { name: _, ...kind } = column;
  return kind;
};
const repeated = (type: string) => ({ type, mode: 'REPEATED' });
const entries = (value: object) => ({
  type: 'RECORD',
  mode: 'REPEATED',
  fields: [
    { name: 'key', type: 'STRING' },
    { name: 'value', ...value },
  ],
});

describe('the column', () => {
  it.each<[AvroSchema, string]>([
    ['boolean', 'BOOLEAN'],
    ['int', 'INTEGER'],
    ['long', 'INTEGER'],
    ['float', 'FLOAT'],
    ['double', 'FLOAT'],
    ['string', 'STRING'],
    ['bytes', 'BYTES'],
    [{ type: 'string' }, 'STRING'],
    [['null', 'double'], 'FLOAT'],
    [['string', 'null'], 'STRING'],
    [['long'], 'INTEGER'],
    [{ type: 'fixed', name: 'F', size: 4 }, 'BYTES'],
    [{ type: 'enum', name: 'E', symbols: ['A'] }, 'STRING'],
    [{ type: 'int', logicalType: 'date' }, 'DATE'],
    [{ type: 'int', logicalType: 'time-millis' }, 'TIME'],
    [{ type: 'long', logicalType: 'time-micros' }, 'TIME'],
    [{ type: 'long', logicalType: 'timestamp-millis' }, 'TIMESTAMP'],
    [{ type: 'long', logicalType: 'timestamp-micros' }, 'TIMESTAMP'],
    [{ type: 'long', logicalType: 'local-timestamp-millis' }, 'DATETIME'],
    [{ type: 'long', logicalType: 'local-timestamp-micros' }, 'DATETIME'],
    [{ type: 'string', logicalType: 'uuid' }, 'STRING'],
    [{ type: 'long', logicalType: 'fathoms' }, 'INTEGER'],
    [{ type: 'string', logicalType: 'date' }, 'STRING'],
    [{ type: 'bytes', logicalType: 'decimal', precision: 38, scale: 9 }, 'NUMERIC'],
    [{ type: 'bytes', logicalType: 'decimal', precision: 9 }, 'NUMERIC'],
    [{ type: 'bytes', logicalType: 'decimal', precision: 38, scale: 10 }, 'BIGNUMERIC'],
    [{ type: 'bytes', logicalType: 'decimal', precision: 76, scale: 38 }, 'BIGNUMERIC'],
    [{ type: 'bytes', logicalType: 'decimal', precision: 77, scale: 38 }, 'STRING'],
    [{ type: 'fixed', name: 'D', size: 4, logicalType: 'decimal', precision: 9, scale: 2 }, 'NUMERIC'],
    [['null', 'string', 'long'], 'JSON'],
    [{ type: 'array', items: { type: 'array', items: 'int' } }, 'JSON'],
    [{ type: 'record', name: 'Empty', fields: [] }, 'JSON'],
  ])('of %j is of one type in both formats: %s', (schema, type) => {
    expect(columnOf(schema)).toEqual({ type });
    expect(columnOf(schema, 'AVRO')).toEqual({ type });
  });

  it.each<[AvroSchema, object, object | undefined]>([
    [{ type: 'array', items: 'string' }, repeated('STRING'), repeated('STRING')],
    [['null', { type: 'array', items: 'long' }], repeated('INTEGER'), repeated('INTEGER')],
    // JSON lines carry nulls among the elements; Avro files with such are refused, whatever the column.
    [{ type: 'array', items: ['null', 'long'] }, { type: 'JSON' }, repeated('INTEGER')],
    [{ type: 'map', values: 'double' }, { type: 'JSON' }, entries({ type: 'FLOAT' })],
    [{ type: 'array', items: { type: 'map', values: 'int' } }, repeated('JSON'), { type: 'JSON' }],
    [{ type: 'long', logicalType: 'timestamp-nanos' }, { type: 'STRING' }, { type: 'INTEGER' }],
    [{ type: 'fixed', name: 'U', size: 16, logicalType: 'uuid' }, { type: 'STRING' }, { type: 'BYTES' }],
    [{ type: 'fixed', name: 'D', size: 12, logicalType: 'duration' }, { type: 'STRING' }, { type: 'BYTES' }],
    [{ type: 'string', logicalType: 'json' }, { type: 'JSON' }, { type: 'STRING' }],
    ['null', { type: 'STRING' }, undefined],
    [['null'], { type: 'STRING' }, undefined],
  ])('of %j is %j for JSON lines, %j for Avro files', (schema, json, avro) => {
    expect(columnOf(schema)).toEqual(json);
    expect(columnOf(schema, 'AVRO')).toEqual(avro);
  });

  it('of records is a RECORD with their fields, named types looked up in their namespace', () => {
    const mast = {
      type: 'record',
      name: 'Mast',
      fields: [{ name: 'height', type: 'int', doc: 'In metres.' }],
    } as const;
    expect(
      columnsOf([
        { name: 'main', type: { ...mast, namespace: 'ship' }, doc: 'The main mast.' },
        { name: 'others', type: { type: 'array', items: 'ship.Mast' } },
      ]),
    ).toEqual([
      {
        name: 'main',
        type: 'RECORD',
        description: 'The main mast.',
        fields: [{ name: 'height', type: 'INTEGER', description: 'In metres.' }],
      },
      {
        name: 'others',
        type: 'RECORD',
        mode: 'REPEATED',
        fields: [{ name: 'height', type: 'INTEGER', description: 'In metres.' }],
      },
    ]);
  });

  it('of a type that another schema defines is that type', () => {
    const flag = { type: 'enum', name: 'sea.Flag', symbols: ['RED'] } as const;
    expect(
      recordColumns({ type: 'record', name: 'ShipLog', fields: [{ name: 'flag', type: 'sea.Flag' }] }, 'AVRO', [flag]),
    ).toEqual([{ name: 'flag', type: 'STRING' }]);
  });

  it('of a record inside itself is JSON', () => {
    const node = {
      type: 'record',
      name: 'Node',
      fields: [
        { name: 'value', type: 'int' },
        { name: 'next', type: ['null', 'Node'] },
      ],
    } as const;
    expect(columnOf(node)).toEqual({
      type: 'RECORD',
      fields: [
        { name: 'value', type: 'INTEGER' },
        { name: 'next', type: 'JSON' },
      ],
    });
  });

  it('has a description no longer than BigQuery takes', () => {
    const [column] = columnsOf([{ name: 'field', type: 'int', doc: 'x'.repeat(2000) }]);
    expect(column?.description).toHaveLength(1024);
  });
});

it('gives fields that BigQuery cannot tell apart, or whose names it reserves, columns of their own', () => {
  const fields: AvroField[] = [
    { name: 'Id', type: 'int' },
    { name: 'ID', type: 'string' },
    { name: '_PARTITIONTIME', type: 'int' },
    { name: '_Kafka', type: 'int' },
  ];
  const inner: AvroField = { name: 'inner', type: { type: 'record', name: 'Inner', fields } };
  expect(recordColumns({ type: 'record', name: 'R', fields: [...fields, inner] }, 'AVRO')).toEqual([
    { name: 'Id', type: 'INTEGER' },
    { name: 'ID_2', type: 'STRING' },
    { name: 'field_PARTITIONTIME', type: 'INTEGER' },
    { name: 'field_Kafka', type: 'INTEGER' },
    {
      name: 'inner',
      type: 'RECORD',
      fields: [
        { name: 'Id', type: 'INTEGER' },
        { name: 'ID_2', type: 'STRING' },
        { name: 'field_PARTITIONTIME', type: 'INTEGER' },
        { name: '_Kafka', type: 'INTEGER' },
      ],
    },
  ]);
});

it('refuses a schema that is not a record', () => {
  expect(() => recordColumns('string', 'JSON')).toThrow('the schema is not a record');
});

const known = new Set(
  'BOOLEAN INTEGER FLOAT STRING BYTES DATE TIME DATETIME TIMESTAMP NUMERIC BIGNUMERIC JSON RECORD'.split(' '),
);

it('of 5,000 random records is a table that BigQuery takes', () => {
  const seed = Number(process.env['PROPERTY_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  process.stdout.write(`PROPERTY_SEED=${seed} random records\n`);
  let deepest = 0;
  const check = (columns: readonly TableColumn[], depth: number): void => {
    deepest = Math.max(deepest, depth);
    expect(depth).toBeLessThanOrEqual(15);
    expect(new Set(columns.map(({ name }) => name.toLowerCase())).size).toBe(columns.length);
    for (const { name, type, mode = 'NULLABLE', fields } of columns) {
      if (!known.has(type) || !['NULLABLE', 'REPEATED'].includes(mode)) expect.fail(`${name} is ${mode} ${type}`);
      expect(fields !== undefined).toBe(type === 'RECORD');
      if (fields === undefined) continue;
      expect(fields.length).toBeGreaterThan(0);
      check(fields, depth + 1);
    }
  };
  for (let run = 0; run < 5000; run++) {
    const record = randomRecord(seededRandom(seed + run));
    for (const format of ['JSON', 'AVRO'] as const) check(recordColumns(record, format), 0);
  }
  // The draws do come to where BigQuery ends.
  expect(deepest).toBe(15);
}, 60_000);
