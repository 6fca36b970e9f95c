import type { TableColumn } from './column.ts';

/** What must become of a table's columns before certain rows can be loaded. */
export interface ColumnMerge {
  /** All columns that the table must have: its own, in their order, and new ones after them. */
  readonly columns: readonly TableColumn[];
  /** The paths of the columns that are new, and of those that no longer are REQUIRED: `cpu.cores.core`. None: nothing is to be done. */
  readonly changed: readonly string[];
  /** What stands in the way, a sentence each; while there is one, the rows cannot be loaded. */
  readonly conflicts: readonly string[];
}

/**
 * Adds the columns of rows to those of a table. Columns that the rows lack stay; those that both have must be of one type, or the
 * table's must be one that it can have been widened to. Nothing is ever taken away, so it may be repeated, and in any order.
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
      canonical(column.type) === 'RECORD' ? merge(column.fields ?? [], want.fields ?? [], `${at}.`) : undefined;
    const relaxed = column.mode === 'REQUIRED' && want.mode !== 'REQUIRED';
    if (relaxed) changed.push(at);
    return { ...column, ...(fields && { fields }), ...(relaxed && { mode: 'NULLABLE' }) };
  };

  return { columns: merge(table, rows, ''), changed, conflicts };
}

/** The API gives back the names of before standard SQL; a person may have used the others. */
const aliases: Readonly<Record<string, string>> = {
  INT64: 'INTEGER',
  FLOAT64: 'FLOAT',
  BOOL: 'BOOLEAN',
  STRUCT: 'RECORD',
  DECIMAL: 'NUMERIC',
  BIGDECIMAL: 'BIGNUMERIC',
};
const canonical = (type: string): string => aliases[type.toUpperCase()] ?? type.toUpperCase();

/** What a column can be widened to by hand: https://cloud.google.com/bigquery/docs/managing-table-schemas#change_a_columns_data_type */
const widerThan: Readonly<Record<string, readonly string[]>> = {
  INTEGER: ['NUMERIC', 'BIGNUMERIC', 'FLOAT'],
  NUMERIC: ['BIGNUMERIC', 'FLOAT'],
  BIGNUMERIC: ['FLOAT'],
};

function conflict(column: TableColumn, want: TableColumn): { own: string; wanted: string } | undefined {
  const [own, wanted] = [canonical(column.type), canonical(want.type)];
  const [isRepeated, wantsRepeated] = [column.mode === 'REPEATED', want.mode === 'REPEATED'];
  const fits = own === wanted || (widerThan[wanted] ?? []).includes(own);
  if (fits && isRepeated === wantsRepeated) return undefined;
  const told = (type: string, repeated: boolean) => (repeated ? `REPEATED ${type}` : type);
  return { own: told(own, isRepeated), wanted: told(wanted, wantsRepeated) };
}
