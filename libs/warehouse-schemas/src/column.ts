/** The format of rows in the objects that they are loaded from. */
export type RowFormat = 'JSON' | 'AVRO';

/** One column of a table, or a field of a RECORD, as in the BigQuery API. Merges keep its other properties. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  /** NULLABLE if absent. */
  readonly mode?: string;
  readonly description?: string;
  readonly fields?: readonly TableColumn[];
}

/** The longest description that BigQuery takes, in characters. */
const longestDescription = 1024;

/** A column with its description, if it has one. */
export function describedColumn(column: TableColumn, doc: string | undefined): TableColumn {
  return doc === undefined || doc === '' ? column : { ...column, description: doc.slice(0, longestDescription) };
}
