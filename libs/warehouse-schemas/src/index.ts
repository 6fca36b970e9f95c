export type { RowFormat, TableColumn } from './column.ts';
export { loadJobId, parseLoadJobId, type LoadJobId } from './load-job-id.ts';
export { mergeColumns, type ColumnMerge } from './merge-columns.ts';
export { rescuedColumn, rescuedRow } from './rescued-row.ts';
export { columnName, tableSchema, writtenColumns, type TableSchema } from './table-schema.ts';
export { withoutValues } from './without-values.ts';
