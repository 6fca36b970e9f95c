import type { TableColumn } from './column.ts';

/** How a table's columns must change before rows can be loaded. */
export interface ColumnMerge {
  /** All columns that the table needs: its own, in their order, then new ones. */
  readonly columns: readonly TableColumn[];
  /** The paths of columns that are new or no longer REQUIRED, such as `cpu.cores.core`; empty if the table need not change. */
  readonly changed: readonly string[];
  /** A sentence for each column of another type; with any, the rows cannot be loaded. */
  readonly conflicts: readonly string[];
}

/**
 * Adds the columns of rows to those of a table. Columns that the rows lack stay. Those that both have must be of one type, or the table's
 * of a type that the rows' can be widened to. Nothing is ever removed, so merges may be repeated, in any order.
 */
export function mergeColumns(table: readonly TableColumn[], rows: readonly TableColumn[]): ColumnMerge {
  const changed: string[] = [];
  const conflicts: string[] = [];

  const merge = (own: readonly TableColumn[], wanted: readonly TableColumn[], path: string): readonly TableColumn[] => {
    const open = new Map(wanted.map((column) => [column.name.toLowerCase(), column]));
    const kept = own.map((column) => {
      const want = open.get(column.name.toLowerCase());
      open.delete(column.name.toLowerCase());
      const at = `${path}${column.name}`;
      if (want !== undefined) return both(column, want, at);
      if (column.mode !== 'REQUIRED') return column;
      changed.push(at);
      return { ...column, mode: 'NULLABLE' };
    });
    for (const column of open.values()) changed.push(`${path}${column.name}`);
    return [...kept, ...open.values()];
  };

  const both = (column: TableColumn, want: TableColumn, at: string): TableColumn => {
    const refused = conflict(column, want);
    if (refused !== undefined) {
      conflicts.push(`the column ${at} is ${refused.own}, and the rows have ${refused.wanted}`);
      return column;
    }
    const fields =
      canonicalType(column.type) === 'RECORD' ? merge(column.fields ?? [], want.fields ?? [], `${at}.`) : undefined;
    const relaxed = column.mode === 'REQUIRED' && want.mode !== 'REQUIRED';
    if (relaxed) changed.push(at);
    return { ...column, ...(fields && { fields }), ...(relaxed && { mode: 'NULLABLE' }) };
  };

  return { columns: merge(table, rows, ''), changed, conflicts };
}

/** The API returns the names of legacy SQL; a person may have used those of standard SQL. */
const aliases: Readonly<Record<string, string>> = {
  INT64: 'INTEGER',
  FLOAT64: 'FLOAT',
  BOOL: 'BOOLEAN',
  STRUCT: 'RECORD',
  DECIMAL: 'NUMERIC',
  BIGDECIMAL: 'BIGNUMERIC',
};
/** A type by the name that the API returns. */
export const canonicalType = (type: string): string => aliases[type.toUpperCase()] ?? type.toUpperCase();

/**
 * The types that a column can be widened to by hand:
 * https://cloud.google.com/bigquery/docs/managing-table-schemas#change_a_columns_data_type
 */
const widerThan: Readonly<Record<string, readonly string[]>> = {
  INTEGER: ['NUMERIC', 'BIGNUMERIC', 'FLOAT'],
  NUMERIC: ['BIGNUMERIC', 'FLOAT'],
  BIGNUMERIC: ['FLOAT'],
};

function conflict(column: TableColumn, want: TableColumn): { own: string; wanted: string } | undefined {
  const [own, wanted] = [canonicalType(column.type), canonicalType(want.type)];
  const [isRepeated, wantsRepeated] = [column.mode === 'REPEATED', want.mode === 'REPEATED'];
  const fits = own === wanted || (widerThan[wanted] ?? []).includes(own);
  if (fits && isRepeated === wantsRepeated) return undefined;
  const described = (type: string, repeated: boolean) => (repeated ? `REPEATED ${type}` : type);
  return { own: described(own, isRepeated), wanted: described(wanted, wantsRepeated) };
}
