import { findProperties, parseExact, withoutProperties, withProperty } from '@sluice/avro';
import { sluiceField } from '@sluice/contracts';
import type { TableColumn } from './column.ts';
import { fitsColumn } from './fitting-value.ts';

/** Where a table keeps the values that its columns do not take. It is added with the first of them. */
export const rescuedColumn: TableColumn = {
  name: sluiceField,
  type: 'RECORD',
  description: 'What Sluice adds to the event.',
  fields: [{ name: 'rescued', type: 'JSON', description: 'The values that their columns do not take, by column.' }],
};

/** A row that its table takes. */
export interface RescuedRow {
  /** One line of JSON. */
  readonly line: string;
  /** The columns whose values were moved to `rescuedColumn`. */
  readonly columns: readonly string[];
}

/**
 * Moves the values that their columns do not take to `rescuedColumn`. All else in the line stays as it is.
 *
 * @param line one row as JSON; what is not a JSON object is given back as it is
 */
export function rescuedRow(columns: readonly TableColumn[], line: string): RescuedRow {
  const asItIs: RescuedRow = { line, columns: [] };
  const row = parsed(line);
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return asItIs;
  const byName = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  const refused = Object.entries(row).flatMap(([name, value]) => {
    const column = byName.get(name.toLowerCase());
    return column === undefined || fitsColumn(column, value) ? [] : [{ name, column: column.name }];
  });
  if (refused.length === 0) return asItIs;
  let rest = line;
  const values: string[] = [];
  for (const { name, column } of refused) {
    const found = findProperties(rest, name);
    for (const { value } of found) values.push(`${JSON.stringify(column)}:${value}`);
    rest = withoutProperties(rest, found);
  }
  return {
    line: withProperty(rest, sluiceField, `{"rescued":{${values.join()}}}`),
    columns: refused.map(({ column }) => column),
  };
}

function parsed(line: string): unknown {
  try {
    return parseExact(line);
  } catch {
    return undefined;
  }
}
