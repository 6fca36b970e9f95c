import type { PoolClient } from 'pg';
import type { EventContract } from '@sluice/contracts';
import { placeColumns, quoteName, typeConflict, type TableColumn } from '@sluice/sql-tables';
import type { TableNames } from './names.ts';

const { partition, offset, id, time } = placeColumns;

/** Two processes that create the same table at the same moment would fail: those that prepare tables take turns. */
const lock = `SELECT pg_advisory_xact_lock(hashtext('sluice'), hashtext('tables'))`;

/** Creates the sink's own tables. Repeatable. */
export async function prepareSinkTables(client: PoolClient, { positions, refused }: TableNames): Promise<void> {
  await inTurn(client, async () => {
    if (!(await exists(client, positions)))
      await client.query(`CREATE TABLE ${positions} (
        consumer_group text, topic text, partition integer,
        first_offset bigint NOT NULL, next_offset bigint NOT NULL, updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer_group, topic, partition))`);
    if (!(await exists(client, refused)))
      await client.query(`CREATE TABLE ${refused} (
        consumer_group text, topic text, partition integer, "offset" bigint,
        reason text NOT NULL, refused_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer_group, topic, partition, "offset"))`);
  });
}

/**
 * Creates an event's table, or adds the columns that it lacks. Repeatable. Nothing is ever removed or changed.
 *
 * @throws Error with a sentence for the user when a column has a type that cannot take the field's values
 */
export async function prepareTable(
  client: PoolClient,
  names: TableNames,
  contract: EventContract,
  columns: readonly TableColumn[],
): Promise<void> {
  const table = names.event(contract);
  // Without a lock, as a table mostly has its columns.
  if (await hasAll(client, table, columns)) return;
  await inTurn(client, async () => {
    if (!(await exists(client, table))) {
      await client.query(`CREATE TABLE ${table} (
        ${partition} integer, ${offset} bigint, ${id} text NOT NULL, ${time} timestamptz NOT NULL,
        PRIMARY KEY (${partition}, ${offset}))`);
      await client.query(`CREATE INDEX ON ${table} (${time})`);
    }
    const additions = columns.map(({ name, type }) => `ADD COLUMN IF NOT EXISTS ${quoteName(name)} ${type}`);
    if (additions.length > 0) await client.query(`ALTER TABLE ${table} ${additions.join(', ')}`);
    await hasAll(client, table, columns);
  });
}

/** @returns false if the table or a column of it does not exist. @throws see `prepareTable` */
async function hasAll(client: PoolClient, table: string, columns: readonly TableColumn[]): Promise<boolean> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type
     FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
    [table],
  );
  const found = new Map(rows.map(({ name, type }) => [name, type]));
  for (const { name, type } of columns) {
    const there = found.get(name);
    if (there !== undefined && typeConflict(there, type))
      throw new Error(
        `the column ${name} of ${table} is ${there}, and the event has ${type}: ` +
          `ALTER TABLE ${table} ALTER COLUMN ${quoteName(name)} TYPE ${type}, or rename the column`,
      );
  }
  return rows.length > 0 && columns.every(({ name }) => found.has(name));
}

async function exists(client: PoolClient, table: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [table]);
  return rows[0]?.found === true;
}

async function inTurn(client: PoolClient, work: () => Promise<void>): Promise<void> {
  await client.query('BEGIN');
  await client.query(lock);
  await work();
  await client.query('COMMIT');
}
