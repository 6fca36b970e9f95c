import { RequestRefused, type WarehouseReader } from '@sluice/connector-google';
import { tableName, topicName, type EventContract } from '@sluice/schemas';
import { columnName, type TableColumn } from '@sluice/warehouse-schemas';
import { CannotGoOn } from '@sluice/telemetry';
import { numberAt, textAt, type QueriedRow } from '@sluice/connector-google';

/** Offsets of one partition: `from` is the first, `to` the first that is not meant. */
export interface OffsetRange {
  partition: number;
  from: bigint;
  to: bigint;
}

/** What can be said of the offsets of many rows without naming them. */
export interface OffsetSums {
  rows: bigint;
  distinct: bigint;
  /** Of the offsets' places in their bucket, and of the squares of these. */
  sum: bigint;
  squares: bigint;
}

/** So many offsets share a bucket. */
export const bucketOffsets = 10_000n;

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
 * @throws CannotGoOn when there is no such dataset; its methods too, when the service does not answer. A table that does not exist has no
 *   rows.
 */
export async function eventTable(reader: WarehouseReader, contract: EventContract): Promise<EventTable> {
  const name = tableName(contract, reader.dataset);
  const topic = quoted(topicName(contract));
  const table = `\`${await reader.project()}.${name}\``;
  const places = `(SELECT _kafka.topic AS origin, _kafka.partition AS part, _kafka.offset AS place FROM ${table})`;

  await reader.request({ path: `/datasets/${encodeURIComponent(reader.dataset)}` }).catch((error: unknown) => {
    if (!(error instanceof RequestRefused) || error.status !== 404) throw error;
    throw new CannotGoOn(
      `There is no dataset ${reader.dataset} in ${reader.name}: BIGQUERY_PROJECT and BIGQUERY_DATASET name the one that the sink bigquery loads into.`,
    );
  });

  const query = async (sql: string, onRow: (row: QueriedRow) => void): Promise<void> => {
    try {
      for await (const { rows } of reader.query(sql)) rows.forEach(onRow);
    } catch (error) {
      // What nothing was ever loaded into is not there.
      if (!(error instanceof RequestRefused) || error.status !== 404) throw error;
    }
  };

  const bucket = `DIV(place, ${bucketOffsets})`;
  const inBucket = `MOD(place, ${bucketOffsets})`;
  return {
    name,
    async buckets(ranges) {
      const found = new Map<string, OffsetSums>();
      if (ranges.length === 0) return found;
      await query(
        `SELECT part, ${bucket} AS bucket, COUNT(*), COUNT(DISTINCT place), SUM(${inBucket}), SUM(${inBucket} * ${inBucket}) ` +
          `FROM ${places} WHERE origin = ${topic} AND (${within(ranges)}) GROUP BY part, bucket`,
        (row) =>
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
      await query(
        `SELECT COUNTIF(${isOrigin(topic, ranges)} AND (${beside(ranges, '<', 'from')})), ` +
          `COUNTIF(${isOrigin(topic, ranges)} AND (${beside(ranges, '>=', 'to')})), ` +
          `COUNTIF(NOT (${isOrigin(topic, ranges)})) FROM ${places}`,
        (row) => {
          found.before = Number(numberAt(row, 0));
          found.after = Number(numberAt(row, 1));
          found.foreign = Number(numberAt(row, 2));
        },
      );
      return found;
    },
    async foreign(ranges, limit) {
      const found: string[] = [];
      await query(
        `SELECT origin, part, place FROM ${places} WHERE NOT (${isOrigin(topic, ranges)}) LIMIT ${limit}`,
        (row) => found.push([0, 1, 2].map((column) => textAt(row, column) ?? 'null').join('-')),
      );
      return found;
    },
    async rowsByOffset(range) {
      const found = new Map<bigint, number>();
      await query(
        `SELECT place, COUNT(*) FROM ${places} WHERE origin = ${topic} AND (${within([range])}) GROUP BY place`,
        (row) => found.set(numberAt(row, 0), Number(numberAt(row, 1))),
      );
      return found;
    },
    rows(wanted, times) {
      const byPartition = Map.groupBy(wanted, ({ partition }) => partition);
      const isWanted = [...byPartition]
        .map(
          ([partition, those]) =>
            `(_kafka.partition = ${partition} AND _kafka.offset IN (${those.map(({ offset }) => offset).join(', ')}))`,
        )
        .join(' OR ');
      // Only the days that matter are read, and billed.
      const time = `\`${columnName(contract, contract.time)}\``;
      const onDays =
        times === undefined
          ? ''
          : ` AND ${time} BETWEEN TIMESTAMP ${quoted(times.from.toISOString())} AND TIMESTAMP ${quoted(times.to.toISOString())}`;
      return reader.query(`SELECT * FROM ${table} WHERE _kafka.topic = ${topic} AND (${isWanted})${onDays}`);
    },
  };
}

const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;

const within = (ranges: readonly OffsetRange[]): string =>
  ranges.map(({ partition, from, to }) => `(part = ${partition} AND place >= ${from} AND place < ${to})`).join(' OR ');

const beside = (ranges: readonly OffsetRange[], sign: '<' | '>=', end: 'from' | 'to'): string =>
  ranges.map((range) => `(part = ${range.partition} AND place ${sign} ${range[end]})`).join(' OR ');

const isOrigin = (topic: string, ranges: readonly OffsetRange[]): string =>
  `COALESCE(origin = ${topic} AND place IS NOT NULL AND part IN (${ranges.map(({ partition }) => partition).join(', ')}), FALSE)`;
