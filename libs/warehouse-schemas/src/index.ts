export type { RowFormat, TableColumn } from './column.ts';
export { loadJobId, parseLoadJobId, type LoadJobId } from './load-job-id.ts';
export { mergeColumns, type ColumnMerge } from './merge-columns.ts';
export { columnName, writtenColumns, tableSchema, type TableSchema } from './table-schema.ts';
export { withoutValues } from './without-values.ts';
