import { placeColumns, quoteName, type TableColumn } from '@sluice/sql-tables';

/** Where a connection gathers a batch before it becomes rows. Empty after each transaction. */
export const stagingTable = 'sluice_batch';

const { partition, offset, id, time } = placeColumns;

/**
 * Turns the staged lines into rows, but for those within the covered offsets. Records whose row exists are left out.
 *
 * Parameters: partition, first covered offset, first offset behind the covered ones.
 */
export function insertStatement(table: string, columns: readonly TableColumn[]): string {
  const names = columns.map(({ name }) => quoteName(name));
  // Bytes are base64 in JSON, which bytea does not read.
  const fields = columns.map(({ name, type }) => `${quoteName(name)} ${type === 'bytea' ? 'text' : type}`);
  const values = columns.map(({ name, type }) =>
    type === 'bytea' ? `decode(r.${quoteName(name)}, 'base64')` : `r.${quoteName(name)}`,
  );
  const from = columns.length === 0 ? '' : `, json_to_record(s.event) AS r(${fields.join(', ')})`;
  return `INSERT INTO ${table} (${[partition, offset, id, time, ...names].join(', ')})
    SELECT ${['$1::integer', 's.place', `s.id #>> '{}'`, 's.at', ...values].join(', ')}
    FROM ${stagingTable} s${from}
    WHERE NOT (s.place >= $2::bigint AND s.place < $3::bigint)
    ON CONFLICT (${partition}, ${offset}) DO NOTHING`;
}

/** Finds a staged record whose row says that it is another record's. Parameter: partition. */
export const foreignStatement = (table: string): string =>
  `SELECT s.place FROM ${stagingTable} s JOIN ${table} t ON t.${partition} = $1 AND t.${offset} = s.place
   WHERE t.${id} <> s.id #>> '{}' ORDER BY s.place LIMIT 1`;
