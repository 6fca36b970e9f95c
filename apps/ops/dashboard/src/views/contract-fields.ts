import {
  documentNames,
  rowNames,
  type ContractRecord,
  type ContractSchema,
  type EventContract,
  type FieldAnnotation,
} from '@sluice/contracts';
import { indexTemplate } from '@sluice/index-templates';
import { tableSchema, type TableColumn } from '@sluice/warehouse-schemas';
import type { ContractField } from '../api/contracts.ts';

/** A mapping as the template or an index has it. */
interface MappingNode {
  type?: string;
  analyzer?: string;
  properties?: Readonly<Record<string, MappingNode>>;
}

/** What exists at the destinations; undefined where it does not exist, or could not be asked. */
export interface LiveForms {
  mapping: Readonly<Record<string, MappingNode>> | undefined;
  columns: readonly TableColumn[] | undefined;
}

/** All fields of a contract in the forms that are derived from it, and where what exists differs. */
export function contractFields(contract: EventContract, live: LiveForms): ContractField[] {
  const { mappings } = indexTemplate(contract, { shards: 1, replicas: 0, refreshIntervalMs: 1000 }).template;
  return walk(contract.schema, {
    ...{ prefix: '', isOutermost: true },
    ...{ mapping: mappings.properties, liveMapping: live.mapping },
    ...{ columns: tableSchema(contract).schema.fields, liveColumns: live.columns },
  });
}

interface Place {
  prefix: string;
  isOutermost: boolean;
  mapping: Readonly<Record<string, MappingNode>> | undefined;
  liveMapping: Readonly<Record<string, MappingNode>> | undefined;
  columns: readonly TableColumn[] | undefined;
  liveColumns: readonly TableColumn[] | undefined;
}

function walk({ fields }: ContractRecord, place: Place): ContractField[] {
  const names = fields.map(({ name }) => name);
  const [inDocument, inRow] = [documentNames(names, place.isOutermost), rowNames(names, place.isOutermost)];
  return fields.flatMap(({ name, type, doc, sluice }) => {
    const [documentName, rowName] = [inDocument.get(name) ?? name, inRow.get(name) ?? name];
    const mapping = place.mapping?.[documentName];
    const column = columnOf(place.columns, rowName);
    const [live, liveColumn] = [place.liveMapping?.[documentName], columnOf(place.liveColumns, rowName)];
    const path = place.prefix + name;
    const field: ContractField = {
      ...{ path, avro: avroText(type) },
      ...(doc !== undefined && { doc }),
      ...(sluice !== undefined && { annotation: annotationText(sluice) }),
      ...(mapping !== undefined && { mapping: mappingText(mapping) }),
      ...(column !== undefined && { column: columnText(column) }),
      ...differing('liveMapping', mapping, live, place.liveMapping !== undefined, mappingText),
      ...differing('liveColumn', column, liveColumn, place.liveColumns !== undefined, columnText),
    };
    const inner = recordIn(type);
    if (inner === undefined) return [field];
    const below = walk(inner, {
      ...{ prefix: `${path}.`, isOutermost: false, mapping: mapping?.properties, columns: column?.fields },
      ...{ liveMapping: live?.properties, liveColumns: liveColumn?.fields },
    });
    return [field, ...below];
  });
}

function differing<T, Name extends 'liveMapping' | 'liveColumn'>(
  name: Name,
  expected: T | undefined,
  live: T | undefined,
  exists: boolean,
  text: (value: T) => string,
): Partial<Record<Name, string>> {
  if (!exists || expected === undefined) return {};
  const found = live === undefined ? 'absent' : text(live);
  const result: Partial<Record<Name, string>> = {};
  if (found !== text(expected)) result[name] = found;
  return result;
}

const columnOf = (columns: readonly TableColumn[] | undefined, name: string): TableColumn | undefined =>
  columns?.find((column) => column.name.toLowerCase() === name.toLowerCase());

const mappingText = ({ type = 'object', analyzer }: MappingNode): string =>
  analyzer === undefined ? type : `${type} (${analyzer})`;

const standardTypes: Readonly<Record<string, string>> = {
  INT64: 'INTEGER',
  FLOAT64: 'FLOAT',
  BOOL: 'BOOLEAN',
  STRUCT: 'RECORD',
};
const columnText = ({ type, mode }: TableColumn): string =>
  `${standardTypes[type] ?? type}${mode === 'REPEATED' ? ' repeated' : ''}`;

const annotationText = ({ search, copies = [], open, nested, kind }: FieldAnnotation): string =>
  [
    search === undefined ? [] : [`search: ${search}`],
    copies.length > 0 ? [`copies: ${copies.join(' ')}`] : [],
    open === true ? ['open'] : [],
    nested === true ? ['nested'] : [],
    kind ?? [],
  ]
    .flat()
    .join(', ');

/** A type in one line, as in Avro's IDL. */
function avroText(schema: ContractSchema): string {
  if (typeof schema === 'string') return schema;
  if (isUnion(schema)) {
    const others = schema.filter((branch) => branch !== 'null');
    const text = others.map(avroText).join(' | ');
    return others.length < schema.length ? `${text} or null` : text;
  }
  if ('items' in schema) return `array of ${avroText(schema.items)}`;
  if ('values' in schema) return `map of ${avroText(schema.values)}`;
  if ('logicalType' in schema && typeof schema.logicalType === 'string') return schema.logicalType;
  if ('name' in schema) return schema.name;
  return avroText(schema.type);
}

/** The record within a type, below nulls, arrays and maps. */
export function recordIn(schema: ContractSchema): ContractRecord | undefined {
  if (typeof schema === 'string') return undefined;
  if (isUnion(schema)) return schema.map(recordIn).find((record) => record !== undefined);
  if ('items' in schema) return recordIn(schema.items);
  if ('values' in schema) return recordIn(schema.values);
  return 'fields' in schema ? schema : undefined;
}

const isUnion = (schema: ContractSchema): schema is readonly ContractSchema[] => Array.isArray(schema);
