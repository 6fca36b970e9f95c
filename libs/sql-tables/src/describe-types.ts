import { SchemaNames, type AvroSchema } from '@sluice/avro';
import { columnType, type ColumnType } from './column-type.ts';

const logical = (type: string, logicalType: string, more: object = {}): AvroSchema => ({ type, logicalType, ...more });
const fixed = (size: number, logicalType?: string): AvroSchema => ({
  type: 'fixed',
  name: 'Fixed',
  size,
  ...(logicalType !== undefined && { logicalType }),
});

/** Every kind of field, by the words of Avro's specification. */
const kinds: readonly (readonly [words: string, schema: AvroSchema])[] = [
  ['`boolean`', 'boolean'],
  ['`int`', 'int'],
  ['`long`', 'long'],
  ['`float`', 'float'],
  ['`double`', 'double'],
  ['`string`', 'string'],
  ['enum', { type: 'enum', name: 'Enum', symbols: ['A'] }],
  ['`bytes`', 'bytes'],
  ['fixed', fixed(4)],
  ['`decimal`', logical('bytes', 'decimal', { precision: 10, scale: 2 })],
  ['`uuid` on fixed', fixed(16, 'uuid')],
  ['`uuid` on `string`', logical('string', 'uuid')],
  ['`date`', logical('int', 'date')],
  ['`time-millis`', logical('int', 'time-millis')],
  ['`time-micros`', logical('long', 'time-micros')],
  ['`timestamp-millis`', logical('long', 'timestamp-millis')],
  ['`timestamp-micros`', logical('long', 'timestamp-micros')],
  ['`timestamp-nanos`', logical('long', 'timestamp-nanos')],
  ['`local-timestamp-millis`', logical('long', 'local-timestamp-millis')],
  ['`local-timestamp-micros`', logical('long', 'local-timestamp-micros')],
  ['`local-timestamp-nanos`', logical('long', 'local-timestamp-nanos')],
  ['`duration`', fixed(12, 'duration')],
  ['`json` on `string`', logical('string', 'json')],
  ['record', { type: 'record', name: 'Record', fields: [{ name: 'n', type: 'int' }] }],
  ['array', { type: 'array', items: 'int' }],
  ['map', { type: 'map', values: 'int' }],
  ['union of `null` and one type', ['null', 'long']],
  ['union of several types', ['null', 'long', 'string']],
];

/** What each kind of field becomes, for the sink's documentation: from the function that makes the tables. */
export const describeTypes = (): readonly (readonly [kind: string, type: ColumnType])[] =>
  kinds.map(([words, schema]) => [words, columnType(new SchemaNames([schema]), { schema, namespace: '' })]);
