import { topicName, type EventContract } from '@sluice/contracts';
import { columnName } from '@sluice/warehouse-schemas';
import { bucketOffsets, type OffsetRange } from './offset-range.ts';

/** The queries (GoogleSQL) of an audit of one table. @param table its quoted name */
export function tableQueries(table: string, contract: EventContract) {
  const topic = quoted(topicName(contract));
  const places = `(SELECT _kafka.topic AS origin, _kafka.partition AS part, _kafka.offset AS place FROM ${table})`;
  const bucket = `DIV(place, ${bucketOffsets})`;
  const inBucket = `MOD(place, ${bucketOffsets})`;
  return {
    buckets: (ranges: readonly OffsetRange[]) =>
      `SELECT part, ${bucket} AS bucket, COUNT(*), COUNT(DISTINCT place), SUM(${inBucket}), SUM(${inBucket} * ${inBucket}) ` +
      `FROM ${places} WHERE origin = ${topic} AND (${within(ranges)}) GROUP BY part, bucket`,
    outside: (ranges: readonly OffsetRange[]) =>
      `SELECT COUNTIF(${isOrigin(topic, ranges)} AND (${beyond(ranges, '<', 'from')})), ` +
      `COUNTIF(${isOrigin(topic, ranges)} AND (${beyond(ranges, '>=', 'to')})), ` +
      `COUNTIF(NOT (${isOrigin(topic, ranges)})) FROM ${places}`,
    foreign: (ranges: readonly OffsetRange[], limit: number) =>
      `SELECT origin, part, place FROM ${places} WHERE NOT (${isOrigin(topic, ranges)}) LIMIT ${limit}`,
    rowsByOffset: (range: OffsetRange) =>
      `SELECT place, COUNT(*) FROM ${places} WHERE origin = ${topic} AND (${within([range])}) GROUP BY place`,
    rows(wanted: readonly { partition: number; offset: bigint }[], times?: { from: Date; to: Date }) {
      const isWanted = [...Map.groupBy(wanted, ({ partition }) => partition)]
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
      return `SELECT * FROM ${table} WHERE _kafka.topic = ${topic} AND (${isWanted})${onDays}`;
    },
  };
}

const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;

const within = (ranges: readonly OffsetRange[]): string =>
  ranges.map(({ partition, from, to }) => `(part = ${partition} AND place >= ${from} AND place < ${to})`).join(' OR ');

const beyond = (ranges: readonly OffsetRange[], sign: '<' | '>=', end: 'from' | 'to'): string =>
  ranges.map((range) => `(part = ${range.partition} AND place ${sign} ${range[end]})`).join(' OR ');

const isOrigin = (topic: string, ranges: readonly OffsetRange[]): string =>
  `COALESCE(origin = ${topic} AND place IS NOT NULL AND part IN (${ranges.map(({ partition }) => partition).join(', ')}), FALSE)`;
