import type { PlacedRow, TableReader } from '@sluice/connector-postgres';
import { topicName } from '@sluice/contracts';
import { recordId, type KafkaRecord } from '@sluice/kafka';
import type { Auditor, TopicAuditOptions } from '../auditor.ts';
import { consistentCut, type CutPartition } from '../reading/consistent-cut.ts';
import { topicDeadLetters, type TopicDeadLetters } from '../reading/dead-letters.ts';
import { deliveredRecords } from '../reading/delivered-records.ts';
import { readPast } from '../reading/read-past.ts';
import { recordJson, type ReadableRecord } from '../reading/record-json.ts';
import { placeLong } from '../ledger/long-set.ts';
import { passedOffsets } from '../ledger/passed-offsets.ts';
import { RecordLedger } from '../ledger/record-ledger.ts';
import type { TopicAudit } from '../topic-audit.ts';

/** Records are compared in slices of at most so many records and bytes: what memory holds of both sides at a time. */
const sliceRecords = 500;
const sliceBytes = 1024 * 1024;

const name = 'postgres';
/** Of a row at no place of the topic. */
const nowhere = { partition: -1, offset: 0n };

/** Audits the rows in PostgreSQL. */
export const tableAuditor = (reader: TableReader): Auditor => ({
  name,
  patienceSeconds: 60,
  audit: (options) => auditTable({ ...options, reader }),
  close: () => reader.close(),
});

/**
 * Compares one topic with its table, up to a consistent cut. Each record before the cut must have one row at its partition and offset,
 * with its id and with all its fields; or it is among the sink's dead letters. Each row must be that of a record.
 *
 * @returns undefined when there is no such topic
 */
async function auditTable(options: TopicAuditOptions & { reader: TableReader }): Promise<TopicAudit | undefined> {
  const { access, reader, contract, group, waitMs, progress } = options;
  const { kafka, signal } = access;
  const topic = topicName(contract);
  const cut = await consistentCut({
    ...{ kafka, topic, group, waitMs, signal },
    onWaiting: (records) => progress.show(`${topic}: waiting for ${name}, records to go`, records),
  });
  if (cut === undefined) return undefined;
  const deadLetters = await topicDeadLetters(kafka, topic, { by: [name], group }, signal);
  const ledger = new RecordLedger();
  const comparison = {
    ...options,
    cut,
    deadLetters,
    ledger,
    read: recordJson({ ...access, contract: options.contract }),
  };
  const unreadable = await compareRecords(comparison);

  const ends = (await kafka.ends(topic)) ?? [];
  // A row behind the cut may be of a record that came since, but not of one that Kafka has never had.
  const ranges = ends.map(({ partition, end }) => {
    const from = cut.find((one) => one.partition === partition)?.first ?? 0n;
    return { partition, from, to: end };
  });
  const outside = await reader.outside(contract, ranges);
  const unknown = outside.foreign + outside.after;
  if (unknown > 0) ledger.unknown({ id: 'of no record', place: reader.name(contract), ...nowhere }, unknown);
  return ledger.result({
    ...{ topic, destination: name, group, cut },
    firstNow: new Map(ends.map(({ partition, first }) => [partition, first])),
    older: outside.before,
    passed: passedOffsets(cut, deadLetters.skipped, unreadable),
  });
}

interface Comparison extends TopicAuditOptions {
  reader: TableReader;
  cut: readonly CutPartition[];
  deadLetters: TopicDeadLetters;
  ledger: RecordLedger;
  read: (record: KafkaRecord) => Promise<ReadableRecord | undefined>;
}

/** @returns what cannot be read */
async function compareRecords(comparison: Comparison): ReturnType<typeof readPast> {
  const { access, contract, progress, cut, deadLetters } = comparison;
  const topic = topicName(contract);
  const total = cut.reduce((sum, { first, to }) => sum + Number(to - first), 0);
  const reached = new Map(cut.map(({ partition, first }) => [partition, first]));
  let done = 0;
  const unreadable = await readPast(
    access.kafka,
    topic,
    cut.map(({ partition, first, to }) => ({ partition, from: first, to })),
    deadLetters.skipped,
    async (records, partition) => {
      for (const slice of slices(deliveredRecords(contract, records))) {
        const from = reached.get(partition) ?? 0n;
        const to = (slice.at(-1)?.offset ?? from - 1n) + 1n;
        await compareSlice(comparison, slice, { partition, from, to });
        reached.set(partition, to);
        progress.show(`${topic}: records compared with rows`, (done += slice.length), total);
      }
    },
    access.signal,
  );
  for (const { partition, to } of cut)
    await compareSlice(comparison, [], { partition, from: reached.get(partition) ?? to, to });
  return unreadable;
}

/** Compares the records of a range with its rows. */
async function compareSlice(
  comparison: Comparison,
  records: readonly KafkaRecord[],
  range: { partition: number; from: bigint; to: bigint },
): Promise<void> {
  const { reader, contract, deadLetters, ledger } = comparison;
  const { partition } = range;
  const place = reader.name(contract);
  const rows = new Map<bigint, PlacedRow>();
  for await (const page of reader.rows(contract, range)) for (const row of page) rows.set(row.offset, row);
  for (const record of records) {
    const { offset } = record;
    const id = recordId(contract, partition, record);
    const row = rows.get(offset);
    rows.delete(offset);
    const isDeadLetter = deadLetters.places.has(placeLong(partition, offset));
    ledger.judge({ partition, offset, id, isDeadLetter }, row === undefined ? [] : [place]);
    if (row === undefined) continue;
    const differing = await differingColumns(comparison, record, row, id);
    if (differing === undefined || differing.length > 0) ledger.changed({ partition, offset, id }, place, differing);
  }
  for (const { id, offset } of rows.values()) ledger.unknown({ id, place, partition, offset });
}

/** @returns undefined where the record's bytes cannot be read */
async function differingColumns(
  { contract, read }: Comparison,
  record: KafkaRecord,
  row: PlacedRow,
  id: string,
): Promise<string[] | undefined> {
  const readable = await read(record);
  const known = readable?.document(contract, 'sql row');
  if (readable === undefined || known === undefined) return undefined;
  const differing = row.differing([known, readable.document(undefined, 'sql row')]);
  return row.id === id ? differing : ['_id', ...differing];
}

function* slices(records: readonly KafkaRecord[]): Generator<readonly KafkaRecord[]> {
  for (let from = 0; from < records.length;) {
    let to = from;
    for (let bytes = 0; to < records.length && to - from < sliceRecords; to++) {
      bytes += records[to]?.value?.length ?? 0;
      if (to > from && bytes > sliceBytes) break;
    }
    yield records.slice(from, to);
    from = to;
  }
}
