import { tableName, type EventContract } from '@sluice/contracts';
import type { TableColumn } from '@sluice/warehouse-schemas';
import { FatalError } from '@sluice/telemetry';
import { numberAt, RequestRefused, textAt, type QueriedRow, type WarehouseReader } from '@sluice/connector-google';
import type { OffsetRange } from './offset-range.ts';
import { tableQueries } from './table-queries.ts';

/** What can be said of the offsets of many rows without naming them. */
export interface OffsetSums {
  rows: bigint;
  distinct: bigint;
  /** Of the offsets' places in their bucket, and of the squares of these. */
  sum: bigint;
  squares: bigint;
}

/** The table of an event, asked about the places in Kafka that its rows come from. */
export interface EventTable {
  /** As people call it: `dataset.table`. */
  readonly name: string;
  /** The sums of each bucket of offsets that has rows, by `partition:bucket`. */
  buckets(ranges: readonly OffsetRange[]): Promise<Map<string, OffsetSums>>;
  /** Rows outside the ranges: before them, after them, and at no place of the topic at all. */
  outside(ranges: readonly OffsetRange[]): Promise<{ before: number; after: number; foreign: number }>;
  /** Some of the rows at no place of the topic, by what `_kafka` says. */
  foreign(ranges: readonly OffsetRange[], limit: number): Promise<string[]>;
  /** How many rows each offset of a range has. */
  rowsByOffset(range: OffsetRange): Promise<Map<bigint, number>>;
  /** Rows of these offsets, with all their columns, in pages. */
  rows(
    places: readonly { partition: number; offset: bigint }[],
    times?: { from: Date; to: Date },
  ): AsyncIterable<{ columns: readonly TableColumn[]; rows: readonly QueriedRow[] }>;
}

/**
 * @throws FatalError when there is no such dataset. Its methods throw what the reader throws. A table that does not exist has no rows.
 */
export async function eventTable(reader: WarehouseReader, contract: EventContract): Promise<EventTable> {
  const name = tableName(contract, reader.dataset);
  await checkDataset(reader);
  const table = `\`${await reader.project()}.${name}\``;
  const query = async (sql: string, onRow: (row: QueriedRow) => void): Promise<void> => {
    try {
      for await (const { rows } of reader.query(sql)) rows.forEach(onRow);
    } catch (error) {
      // A table into which nothing was loaded does not exist.
      if (!(error instanceof RequestRefused) || error.status !== 404) throw error;
    }
  };
  const sql = tableQueries(table, contract);
  return {
    name,
    async buckets(ranges) {
      const found = new Map<string, OffsetSums>();
      if (ranges.length === 0) return found;
      await query(sql.buckets(ranges), (row) =>
        found.set(`${numberAt(row, 0)}:${numberAt(row, 1)}`, {
          rows: numberAt(row, 2),
          distinct: numberAt(row, 3),
          sum: numberAt(row, 4),
          squares: numberAt(row, 5),
        }),
      );
      return found;
    },
    async outside(ranges) {
      const found = { before: 0, after: 0, foreign: 0 };
      await query(sql.outside(ranges), (row) => {
        found.before = Number(numberAt(row, 0));
        found.after = Number(numberAt(row, 1));
        found.foreign = Number(numberAt(row, 2));
      });
      return found;
    },
    async foreign(ranges, limit) {
      const found: string[] = [];
      await query(sql.foreign(ranges, limit), (row) =>
        found.push([0, 1, 2].map((column) => textAt(row, column) ?? 'null').join('-')),
      );
      return found;
    },
    async rowsByOffset(range) {
      const found = new Map<bigint, number>();
      await query(sql.rowsByOffset(range), (row) => found.set(numberAt(row, 0), Number(numberAt(row, 1))));
      return found;
    },
    rows: (places, times) => reader.query(sql.rows(places, times)),
  };
}

async function checkDataset(reader: WarehouseReader): Promise<void> {
  try {
    await reader.request({ path: `/datasets/${encodeURIComponent(reader.dataset)}` });
  } catch (error) {
    if (!(error instanceof RequestRefused) || error.status !== 404) throw error;
    throw new FatalError(
      `There is no dataset ${reader.dataset} in ${reader.name}: BIGQUERY_PROJECT and BIGQUERY_DATASET name the one that the sink bigquery loads into.`,
    );
  }
}
