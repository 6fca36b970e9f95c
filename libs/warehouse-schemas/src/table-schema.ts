import type { AvroSchema } from '@sluice/avro';
import { rowNames, stampField, withConnectTypes, withSchema, type EventContract } from '@sluice/contracts';
import type { RowFormat, TableColumn } from './column.ts';
import { recordColumns } from './record-columns.ts';

/** A table, as in the BigQuery API. */
export interface TableSchema {
  readonly description: string;
  readonly schema: { readonly fields: readonly TableColumn[] };
  readonly timePartitioning: { readonly type: 'DAY'; readonly field: string };
  /** Absent if the contract's key has no field to cluster by. */
  readonly clustering?: { readonly fields: readonly string[] };
}

/** The place of a row's record in Kafka. It makes each row unique, and shows which records a table holds. */
export const lineageColumn: TableColumn = {
  name: '_kafka',
  type: 'RECORD',
  description: 'The record in Kafka that the row comes from.',
  fields: [
    { name: 'topic', type: 'STRING', description: 'Its topic.' },
    { name: 'partition', type: 'INTEGER', description: 'Its partition.' },
    { name: 'offset', type: 'INTEGER', description: 'Its offset.' },
  ],
};

/** The types of key fields that BigQuery can cluster by. */
const clusterTypes: readonly string[] = ['STRING', 'INTEGER', 'BOOLEAN', 'TIMESTAMP', 'DATE', 'DATETIME', 'NUMERIC'];
const mostClusterFields = 4;

/**
 * The columns of rows: `_kafka`, then those of their schema.
 *
 * @param references named types that the schema refers to without defining them
 * @throws Error with a sentence for the user when no table can have the schema, such as one that is not a record
 */
export function rowColumns(
  schema: AvroSchema,
  format: RowFormat,
  references: readonly AvroSchema[] = [],
): readonly TableColumn[] {
  return [lineageColumn, ...recordColumns(schema, format, references)];
}

/**
 * The columns that rows of a writer's schema need. Lines of JSON have the contract's fields, and those that only the writer has. Of a topic
 * without a contract they include the event time. BigQuery itself reads Avro's files by the writer's types.
 *
 * @throws see `rowColumns`
 */
export function writtenColumns(
  contract: EventContract,
  { schema, references, format }: { schema: AvroSchema; references: readonly AvroSchema[]; format: RowFormat },
): readonly TableColumn[] {
  if (format === 'JSON') return rowColumns(withSchema(contract, { schema, references }).schema, format);
  if (contract.derived === undefined) return rowColumns(schema, format, references);
  const { schema: typed, references: others } = withConnectTypes({ schema, references });
  if (typeof typed !== 'object' || !('fields' in typed)) return rowColumns(typed, format, others);
  return rowColumns({ ...typed, fields: [stampField, ...typed.fields] }, format, others);
}

/**
 * The table of an event, derived from its contract alone: a partition for each day of event time, clustered by the contract's key.
 *
 * No column is REQUIRED: a contract may lose a field, and rows without it must still load.
 *
 * @throws Error with a sentence for the user when no table can have the contract
 */
export function tableSchema(contract: EventContract, format: RowFormat = 'JSON'): TableSchema {
  const fields = rowColumns(contract.schema, format);
  const byName = new Map(fields.map((column) => [column.name, column]));
  const columnOf = (field: string) => columnName(contract, field);
  const clustered = contract.key
    .map(columnOf)
    .filter((name) => name !== columnOf(contract.time) && clusterTypes.includes(scalarType(byName.get(name))))
    .slice(0, mostClusterFields);
  return {
    description: contract.schema.doc ?? contract.name,
    schema: { fields },
    timePartitioning: { type: 'DAY', field: columnOf(contract.time) },
    ...(clustered.length > 0 && { clustering: { fields: clustered } }),
  };
}

/** The name of the column for a contract's field. */
export const columnName = ({ schema }: EventContract, field: string): string =>
  rowNames(
    schema.fields.map(({ name }) => name),
    true,
  ).get(field) ?? field;

const scalarType = (column: TableColumn | undefined): string =>
  column === undefined || column.mode === 'REPEATED' ? '' : column.type;
