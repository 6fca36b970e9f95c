import type { Pool, PoolClient } from 'pg';
import type { EventContract } from '@sluice/contracts';
import { placeColumns, quoteName } from '@sluice/sql-tables';
import { FatalError, describeError } from '@sluice/telemetry';
import { postgresPool, withConnection } from '../client/postgres-pool.ts';
import type { PostgresConfig } from '../settings.ts';
import { tableNames, tableOf } from '../tables/names.ts';
import { sameCell } from './same-cell.ts';

/** Offsets of one partition: `from` is the first, `to` the first behind them. */
interface OffsetRange {
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

/** A row, at the place in Kafka that it says it comes from. */
export interface PlacedRow {
  readonly offset: bigint;
  readonly id: string;
  /**
   * The names of the columns in which it differs from its record.
   *
   * @param forms the record as parsed JSON in the form `sql row`, in the contract's form and in that which it was written with: each
   *   column must be as in one of them. A field without a column must be null
   */
  differing(forms: readonly unknown[]): string[];
}

/**
 * Reads back what the database holds of events. An event without a table has no rows.
 *
 * Its methods throw FatalError, and the abort reason.
 */
export interface TableReader {
  /** As people call it. */
  name(contract: EventContract): string;
  /** The rows of a range by offset, in pages. */
  rows(contract: EventContract, range: OffsetRange): AsyncIterable<readonly PlacedRow[]>;
  /** How many rows are before the ranges, behind them, and of partitions that have no range. */
  outside(
    contract: EventContract,
    ranges: readonly OffsetRange[],
  ): Promise<{ before: number; after: number; foreign: number }>;
  close(): Promise<void>;
}

const pageRows = 500;
const connectMs = 10_000;
const { partition, offset, id, time } = placeColumns;
const isPlace = (name: string): boolean => [partition, offset, id, time].some((column) => column === name);

interface Column {
  readonly name: string;
  readonly type: string;
}

/** @param signal abandons requests under way */
export function tableReader(config: PostgresConfig, signal: AbortSignal): TableReader {
  const pool = postgresPool(config, { max: 2, connectionTimeoutMillis: connectMs });
  const names = tableNames(config.POSTGRES_SCHEMA);
  return {
    name: (contract) => `${config.POSTGRES_SCHEMA}.${tableOf(contract)}`,
    async *rows(contract, range) {
      const columns = await query(pool, signal, (client) => columnsOf(client, names.event(contract)));
      if (columns.length === 0) return;
      const fields = columns.filter(({ name }) => !isPlace(name));
      const cells = fields.map(({ name, type }) =>
        type === 'bytea' ? `encode(${quoteName(name)}, 'base64')` : `${quoteName(name)}::text`,
      );
      const select = `SELECT ${[`${offset}::text`, id, ...cells].join(', ')} FROM ${names.event(contract)}
        WHERE ${partition} = $1 AND ${offset} >= $2 AND ${offset} < $3 ORDER BY ${offset} LIMIT ${pageRows}`;
      for (let { from } = range; from < range.to;) {
        const { rows } = await query(pool, signal, (client) =>
          client.query<(string | null)[]>({
            text: select,
            values: [range.partition, String(from), String(range.to)],
            rowMode: 'array',
          }),
        );
        if (rows.length === 0) return;
        const page = rows.map((row) => placedRow(fields, row));
        yield page;
        from = (page.at(-1)?.offset ?? range.to) + 1n;
      }
    },
    async outside(contract, ranges) {
      const table = names.event(contract);
      return query(pool, signal, async (client) => {
        if ((await columnsOf(client, table)).length === 0) return { before: 0, after: 0, foreign: 0 };
        const { rows } = await client.query<Record<'before' | 'after' | 'foreign', string>>(
          `SELECT count(*) FILTER (WHERE ${offset} < r.first) AS before, count(*) FILTER (WHERE ${offset} >= r.next) AS after,
             count(*) FILTER (WHERE r.part IS NULL) AS foreign
           FROM ${table} t LEFT JOIN unnest($1::integer[], $2::bigint[], $3::bigint[]) AS r(part, first, next) ON r.part = t.${partition}`,
          [
            ranges.map((range) => range.partition),
            ranges.map(({ from }) => String(from)),
            ranges.map(({ to }) => String(to)),
          ],
        );
        const count = (name: 'before' | 'after' | 'foreign') => Number(rows[0]?.[name] ?? 0);
        return { before: count('before'), after: count('after'), foreign: count('foreign') };
      });
    },
    close: () => pool.end(),
  };
}

function placedRow(fields: readonly Column[], [place, eventId, ...cells]: readonly (string | null)[]): PlacedRow {
  return {
    offset: BigInt(place ?? -1),
    id: eventId ?? '',
    differing(forms) {
      const known = forms.filter(isObject);
      const cellOf = new Map(fields.map(({ name, type }, at) => [name, { type, cell: cells[at] ?? null }]));
      const all = new Set([...cellOf.keys(), ...known.flatMap((form) => Object.keys(form))]);
      return [...all].filter((name) => {
        const { type, cell } = cellOf.get(name) ?? { type: 'text', cell: null };
        return !known.some((form) => sameCell(type, cell, Object.hasOwn(form, name) ? form[name] : null));
      });
    },
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

async function columnsOf(client: PoolClient, table: string): Promise<readonly Column[]> {
  const { rows } = await client.query<Column>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [table],
  );
  return rows;
}

async function query<T>(pool: Pool, signal: AbortSignal, work: (client: PoolClient) => Promise<T>): Promise<T> {
  try {
    return await withConnection(pool, signal, async (client) => {
      await client.query(`SET TIME ZONE 'UTC'; SET DateStyle = 'ISO'; SET extra_float_digits = 1`);
      return work(client);
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new FatalError(`The rows in PostgreSQL cannot be read: ${describeError(error)}`);
  }
}
