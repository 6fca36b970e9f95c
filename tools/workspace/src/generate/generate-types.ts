import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { eventContract, type ContractSchema, type EventContract, type FieldAnnotation } from '@sluice/contracts';
import { indexTemplate, type Mapping } from '@sluice/index-templates';
import { tableColumns } from '@sluice/sql-tables';
import { tableSchema, type RowFormat, type TableColumn } from '@sluice/warehouse-schemas';
import { betweenMarkers } from './between-markers.ts';
import { typeScriptType } from './generate-events.ts';

interface Sample {
  readonly title: string;
  readonly type: ContractSchema;
  readonly sluice?: FieldAnnotation;
}

const logical = (type: 'int' | 'long' | 'string' | 'bytes', logicalType: string, more: object = {}): Sample => ({
  title: `\`${type}\`, ${logicalType}${Object.entries(more)
    .map(([name, value]) => ` ${name} ${String(value)}`)
    .join()}`,
  type: { type, logicalType, ...more },
});
const inner = { type: 'record', name: 'Inner', fields: [{ name: 'a', type: 'string' }] } as const;
const tree = {
  type: 'record',
  name: 'Tree',
  fields: [{ name: 'children', type: { type: 'array', items: 'Tree' } }],
} as const;

/** Every type of Avro, and every annotation and setting of a type that makes a difference. */
const samples: readonly Sample[] = [
  ...(['boolean', 'int', 'long', 'float', 'double', 'string', 'bytes'] as const).map((type) => ({
    title: `\`${type}\``,
    type,
  })),
  { title: '`string` with `"search": "text"`', type: 'string', sluice: { search: 'text' } },
  { title: '`string` with `"search": "none"`', type: 'string', sluice: { search: 'none' } },
  { title: '`fixed`', type: { type: 'fixed', name: 'Hash', size: 16 } },
  { title: '`enum`', type: { type: 'enum', name: 'Size', symbols: ['S', 'M'] } },
  { title: '`record`', type: inner },
  { title: '`record` that contains itself', type: tree },
  { title: '`array` of strings', type: { type: 'array', items: 'string' } },
  { title: '`array` of records', type: { type: 'array', items: inner } },
  {
    title: '`array` of records with `"nested": true`',
    type: { type: 'array', items: inner },
    sluice: { nested: true },
  },
  { title: '`array` of arrays', type: { type: 'array', items: { type: 'array', items: 'long' } } },
  { title: '`map`', type: { type: 'map', values: 'long' } },
  { title: '`map` with `"open": true`', type: { type: 'map', values: 'long' }, sluice: { open: true } },
  { title: 'union of `null` and `string`', type: ['null', 'string'] },
  { title: 'union of `string` and `long`', type: ['string', 'long'] },
  logical('int', 'date'),
  logical('int', 'time-millis'),
  logical('long', 'time-micros'),
  logical('long', 'timestamp-millis'),
  logical('long', 'timestamp-micros'),
  logical('long', 'timestamp-nanos'),
  logical('long', 'local-timestamp-millis'),
  logical('long', 'local-timestamp-micros'),
  logical('bytes', 'decimal', { precision: 12, scale: 2 }),
  logical('bytes', 'decimal', { precision: 50, scale: 20 }),
  logical('bytes', 'decimal', { precision: 90, scale: 2 }),
  logical('string', 'uuid'),
  logical('string', 'json'),
  { title: '`fixed` of 12, duration', type: { type: 'fixed', name: 'Span', size: 12, logicalType: 'duration' } },
];

/** The table of what each Avro type becomes, from the functions that derive it. */
export async function generateTypes(): Promise<{ path: string; text: string }> {
  const path = 'docs/types.md';
  const header = ['Avro', 'TypeScript', 'Elasticsearch', 'BigQuery from JSON lines', '… from Avro files', 'PostgreSQL'];
  const rows = samples.map((sample) => {
    const contract = contractOf(sample);
    return [
      sample.title,
      code(typeScriptType(sample.type)),
      searched(indexTemplate(contract, { shards: 1, replicas: 0, refreshIntervalMs: 1000 })),
      columnText(contract, 'JSON'),
      columnText(contract, 'AVRO'),
      code(tableColumns(contract).find(({ name }) => name === 'value')?.type ?? 'none'),
    ];
  });
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const table = [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
  const text = betweenMarkers(readFileSync(path, 'utf8'), 'types', table, path);
  return { path, text: await format(text, { parser: 'markdown', singleQuote: true, printWidth: 120 }) };
}

const code = (text: string): string => `\`${text}\``;

const contractOf = ({ type, sluice }: Sample): EventContract =>
  eventContract({
    type: 'record',
    name: 'Sample',
    sluice: { topic: 'samples', time: 'at' },
    fields: [
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'value', type, ...(sluice !== undefined && { sluice }) },
    ],
  });

function searched({ template: { mappings } }: ReturnType<typeof indexTemplate>): string {
  const { value } = mappings.properties;
  return value === undefined ? 'kept, not searched' : mappingText(value);
}

function mappingText({ type = 'object', enabled, index, dynamic }: Mapping): string {
  if (enabled === false || index === false) return 'kept, not searched';
  return dynamic === true ? 'object, a field for each name' : code(type);
}

function columnText(contract: EventContract, format: RowFormat): string {
  try {
    const { schema } = tableSchema(contract, format);
    const column = schema.fields.find(({ name }) => name === 'value');
    return column === undefined ? 'no column' : code(bigqueryType(column));
  } catch {
    return 'needs JSON lines';
  }
}

const bigqueryType = ({ mode, type }: TableColumn): string => (mode === 'REPEATED' ? `REPEATED ${type}` : type);
