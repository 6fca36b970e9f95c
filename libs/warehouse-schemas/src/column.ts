/** The form that rows have in the objects they are loaded from. */
export type RowFormat = 'JSON' | 'AVRO';

/** One column of a table, or a field of a RECORD, as the BigQuery API has it. What else the API says of it is kept by merges. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  /** NULLABLE where it is absent. */
  readonly mode?: string;
  readonly description?: string;
  readonly fields?: readonly TableColumn[];
}

/** The longest description that BigQuery takes, in characters. */
const longestDescription = 1024;

/** A column with its description, where it has one. */
export function describedColumn(column: TableColumn, doc: string | undefined): TableColumn {
  return doc === undefined || doc === '' ? column : { ...column, description: doc.slice(0, longestDescription) };
}
