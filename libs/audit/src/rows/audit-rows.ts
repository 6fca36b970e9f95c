import type { WarehouseReader } from '@sluice/connector-google';
import { recordId, type KafkaRecord } from '@sluice/kafka';
import { topicName } from '@sluice/contracts';
import type { Auditor, TopicAuditOptions } from '../auditor.ts';
import type { CutPartition } from '../reading/consistent-cut.ts';
import { topicDeadLetters } from '../reading/dead-letters.ts';
import { placeLong } from '../ledger/long-set.ts';
import { passedOffsets } from '../ledger/passed-offsets.ts';
import { deliveredRecords } from '../reading/delivered-records.ts';
import { readPast } from '../reading/read-past.ts';
import { recordJson } from '../reading/record-json.ts';
import { RecordLedger } from '../ledger/record-ledger.ts';
import type { TopicAudit } from '../topic-audit.ts';
import { eventTable, type EventTable, type OffsetSums } from './event-table.ts';
import { bucketOffsets, type OffsetRange } from './offset-range.ts';
import { bucketNumber, OffsetBucket } from './offset-bucket.ts';
import { RowContents } from './row-contents.ts';
import { rowsCut } from './rows-cut.ts';

/** Of a large topic one record in so many has its contents compared, unless all are asked for. */
const sampledOneIn = 500;
/** Of a small one more: at least about as many. */
const leastSampled = 2_000;
const mostForeignNamed = 1_000;
/** Of a row at no place of the topic. */
const nowhere = { partition: -1, offset: 0n };

/**
 * Compares the records of topics with the rows of their tables.
 *
 * Each record before the cut must have exactly one row, by `_kafka`, or be among the dead letters by the sinks gcs and bigquery; and
 * what a row says must be what its record says: of a sample, or of all.
 */
export function rowAuditor(reader: WarehouseReader): Auditor {
  return {
    name: 'bigquery',
    patienceSeconds: 1_200,
    close: async () => {},
    async audit(options) {
      const cut = await rowsCut(options);
      if (cut === undefined) return undefined;
      const table = await eventTable(reader, options.contract);
      return auditRows({ ...options, cut, table });
    },
  };
}

async function auditRows(
  options: TopicAuditOptions & { cut: readonly CutPartition[]; table: EventTable },
): Promise<TopicAudit> {
  const { access, contract, group, objectsGroup, full, progress, cut, table } = options;
  const { kafka, signal } = access;
  const topic = topicName(contract);
  const deadLetters = await topicDeadLetters(kafka, topic, { by: ['gcs', 'bigquery'], group: objectsGroup }, signal);
  const ledger = new RecordLedger();
  const contents = new RowContents({ table, contract, read: recordJson({ ...access, contract }), ledger });
  const ranges = cut.map(({ partition, first, to }) => ({ partition, from: first, to }));
  progress.show(`${topic}: counting rows of ${table.name}, partitions`, ranges.length);
  const sums = await table.buckets(ranges.filter(({ from, to }) => from < to));
  const total = ranges.reduce((sum, { from, to }) => sum + Number(to - from), 0);
  const share = full ? 1 : Math.max(1 / sampledOneIn, leastSampled / Math.max(1, total));
  const judge = (bucket: OffsetBucket) => judgeBucket({ bucket, ranges, sums, table, ledger, topic });
  const open = new Map<number, OffsetBucket>();
  let done = 0;

  const take = async (record: KafkaRecord, partition: number) => {
    const { offset } = record;
    let bucket = open.get(partition);
    if (bucket?.number !== bucketNumber(offset)) {
      if (bucket !== undefined) await judge(bucket);
      bucket = new OffsetBucket(partition, bucketNumber(offset));
      open.set(partition, bucket);
    }
    const id = recordId(contract, partition, record);
    const isDeadLetter = deadLetters.places.has(placeLong(partition, offset));
    bucket.add({ offset, id, isDeadLetter });
    const isSampled = bucket.records.length === 1 || Math.random() < share;
    if (isSampled && !isDeadLetter) await contents.add({ partition, offset, id, record });
    progress.show(`${topic}: records compared with rows`, ++done, total);
  };

  const unreadable = await readPast(
    kafka,
    topic,
    ranges,
    deadLetters.skipped,
    async (records, partition) => {
      for (const record of deliveredRecords(contract, records)) await take(record, partition);
    },
    signal,
  );
  for (const bucket of open.values()) await judge(bucket);
  // The remaining buckets have rows and no records.
  for (const name of [...sums.keys()]) {
    const [partition = '', number = ''] = name.split(':');
    await judge(new OffsetBucket(Number(partition), BigInt(number)));
  }
  await contents.flush();

  const outside = await table.outside(ranges);
  const foreign = outside.foreign === 0 ? [] : await table.foreign(ranges, mostForeignNamed);
  for (const id of foreign) ledger.unknown({ id, place: table.name, ...nowhere });
  if (outside.foreign > foreign.length)
    ledger.unknown({ id: 'and more', place: table.name, ...nowhere }, outside.foreign - foreign.length);
  const ends = (await kafka.ends(topic)) ?? [];
  const firstNow = new Map(ends.map(({ partition, first }) => [partition, first]));
  const audit = ledger.result({
    ...{ topic, destination: 'bigquery', group, cut, firstNow, older: outside.before },
    passed: passedOffsets(cut, deadLetters.skipped, unreadable),
  });
  return { ...audit, contents: { compared: contents.compared, full, beyondCut: outside.after } };
}

/** Judges the records of a bucket, and names what is wrong in it: only then is the table asked for each of its offsets. */
async function judgeBucket(options: {
  bucket: OffsetBucket;
  ranges: readonly OffsetRange[];
  /** What the table has; loses the bucket. */
  sums: Map<string, OffsetSums>;
  table: EventTable;
  ledger: RecordLedger;
  topic: string;
}): Promise<void> {
  const { bucket, ranges, sums, table, ledger, topic } = options;
  const { partition, number, records, name } = bucket;
  const found = sums.get(name);
  sums.delete(name);
  if (bucket.isIn(found)) return ledger.allDelivered(partition, records.length, bucket.deadLetters);
  const range = ranges.find((one) => one.partition === partition);
  const [from, to] = [number * bucketOffsets, (number + 1n) * bucketOffsets];
  const rows =
    found === undefined || range === undefined
      ? new Map<bigint, number>()
      : await table.rowsByOffset({ partition, from: max(from, range.from), to: min(to, range.to) });
  for (const record of records) {
    const count = rows.get(record.offset) ?? 0;
    ledger.judge(
      { partition, ...record },
      Array.from({ length: count }, () => table.name),
    );
    rows.delete(record.offset);
  }
  for (const [offset, count] of rows)
    ledger.unknown({ id: `${topic}-${partition}-${offset}`, place: table.name, partition, offset }, count);
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
