import { SchemaNames, type AvroSchema, type Place, type Shape } from '@sluice/avro';
import { rowNames } from '@sluice/contracts';
import { describedColumn, type RowFormat, type TableColumn } from './column.ts';
import { logicalType } from './logical-type.ts';

/** A column without its name. */
type Kind = Omit<TableColumn, 'name' | 'description'>;
type RecordShape = Extract<Shape, { kind: 'record' }>;

/** RECORDs in RECORDs, the table itself not counted: https://cloud.google.com/bigquery/quotas#load_jobs */
const deepestRecord = 15;

const primitives: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  int: 'INTEGER',
  long: 'INTEGER',
  float: 'FLOAT',
  double: 'FLOAT',
  string: 'STRING',
  bytes: 'BYTES',
};

/** For values without columns of their own. */
const json: Kind = { type: 'JSON' };

/**
 * The columns of a record, under the names of `rowNames`. None is REQUIRED.
 *
 * @param references named types that the schema refers to without defining them
 * @throws Error with a sentence for the user when the schema is not a record
 */
export function recordColumns(
  schema: AvroSchema,
  format: RowFormat,
  references: readonly AvroSchema[] = [],
): readonly TableColumn[] {
  const names = new SchemaNames([...references, schema]);
  const shape = names.shape({ schema, namespace: '' });
  if (shape.kind !== 'record') throw new Error('the schema is not a record, so there is no table for it');

  const columns = (record: RecordShape, around: readonly string[]): TableColumn[] => {
    const inside = [...around, record.full];
    const columnNames = rowNames(
      record.schema.fields.map(({ name }) => name),
      around.length === 0,
    );
    return record.schema.fields.flatMap(({ name, type, doc }) => {
      const kind = kindOf({ schema: type, namespace: record.namespace }, inside);
      return kind === undefined ? [] : [describedColumn({ name: columnNames.get(name) ?? name, ...kind }, doc)];
    });
  };

  /** Undefined for a field that never has a value. */
  const kindOf = (place: Place, around: readonly string[]): Kind | undefined => {
    const shape = names.shape(place);
    switch (shape.kind) {
      case 'primitive':
        if (shape.type === 'null') return format === 'JSON' ? { type: 'STRING' } : undefined;
        return { type: logicalType(shape.type, shape, format) ?? primitives[shape.type] ?? 'STRING' };
      case 'enum':
        return { type: 'STRING' };
      case 'fixed':
        return { type: logicalType('fixed', shape.schema, format) ?? 'BYTES' };
      case 'union': {
        const [only, ...others] = shape.branches.filter((branch) => !isNull(branch));
        if (only === undefined) return format === 'JSON' ? { type: 'STRING' } : undefined;
        return others.length === 0 ? kindOf(only, around) : json;
      }
      case 'array':
        return repeated(shape.items, around);
      case 'map':
        return format === 'JSON' ? json : entries(shape.values, around);
      case 'record': {
        if (around.includes(shape.full) || around.length > deepestRecord) return json;
        const fields = columns(shape, around);
        return fields.length === 0 ? json : { type: 'RECORD', fields };
      }
    }
  };

  const repeated = (items: Place, around: readonly string[]): Kind => {
    const item = kindOf(items, around);
    // A REPEATED column can hold neither arrays nor nulls.
    if (item === undefined || item.mode === 'REPEATED') return json;
    return format === 'JSON' && mayBeNull(items) ? json : { ...item, mode: 'REPEATED' };
  };

  /** How BigQuery loads Avro's maps: https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-avro#complex_types */
  const entries = (values: Place, around: readonly string[]): Kind => {
    const value = kindOf(values, [...around, '']) ?? { type: 'STRING' };
    const fields = [
      { name: 'key', type: 'STRING' },
      { name: 'value', ...value },
    ];
    return around.length > deepestRecord ? json : { type: 'RECORD', mode: 'REPEATED', fields };
  };

  const isNull = (place: Place): boolean => {
    const shape = names.shape(place);
    return shape.kind === 'primitive' && shape.type === 'null';
  };
  const mayBeNull = (place: Place): boolean => {
    const shape = names.shape(place);
    return shape.kind === 'union' ? shape.branches.some(mayBeNull) : isNull(place);
  };

  return columns(shape, []);
}
