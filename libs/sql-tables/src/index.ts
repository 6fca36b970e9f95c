export { typeConflict, type ColumnType } from './column-type.ts';
export { describeTypes } from './describe-types.ts';
export { placeColumns, quoteName, tableColumns, type TableColumn } from './table-columns.ts';
