import { randomUUID } from 'node:crypto';
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { UnreadablePartition, type OnRecords, type PartitionRange } from '../../fetch/topic-reader.ts';
import type { KafkaRecord } from '../../records/kafka-record.ts';
import { explained, explainError } from '../explain-error.ts';
import { fetchedBatch } from './fetched-batch.ts';

/** What the names of its groups begin with: kafkajs reads in groups only. */
const readerGroups = 'sluice-reader-';

/** Between two heartbeats. */
const recordsAtOnce = 5_000;

/** Ranges of one topic that are being read. */
interface Reading {
  readonly topic: string;
  /** The next offset and the end of each range that is not read to its end. */
  readonly open: Map<number, { next: bigint; readonly to: bigint }>;
  readonly onRecords: OnRecords;
  readonly finished: PromiseWithResolvers<void>;
  isOver: boolean;
}

/** See `TopicReader.readRanges`. */
export async function readRanges(
  kafka: Kafka,
  admin: Admin,
  options: {
    topic: string;
    ranges: readonly PartitionRange[];
    onRecords: OnRecords;
    signal: AbortSignal;
    readUncommitted?: boolean;
  },
): Promise<void> {
  const { topic, ranges, onRecords, signal, readUncommitted = false } = options;
  const open = new Map(
    ranges.filter(({ from, to }) => to > from).map(({ partition, from, to }) => [partition, { next: from, to }]),
  );
  if (open.size === 0) return;
  signal.throwIfAborted();
  const reading: Reading = { topic, open, onRecords, finished: Promise.withResolvers(), isOver: false };
  // It may fail before anybody awaits it, while the consumer is still connecting.
  reading.finished.promise.catch(() => {});
  const abort = () => fail(reading, signal.reason);
  signal.addEventListener('abort', abort, { once: true });

  const groupId = `${readerGroups}${randomUUID()}`;
  const asked = { group: `${readerGroups}*`, topics: [topic] };
  const consumer = readerConsumer(kafka, groupId, readUncommitted);
  consumer.on('consumer.group_join', ({ payload }) => goToRanges(reading, consumer, payload.memberAssignment[topic]));
  consumer.on('consumer.crash', ({ payload }) => fail(reading, explainError(payload.error, asked)));
  try {
    await explained(consumer.connect(), asked);
    await explained(consumer.subscribe({ topics: [topic], fromBeginning: true }), asked);
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => readBatch(reading, consumer, payload),
    });
    await reading.finished.promise;
  } finally {
    signal.removeEventListener('abort', abort);
    await consumer.disconnect().catch(() => {});
    await admin.deleteGroups([groupId]).catch(() => {});
  }
}

const readerConsumer = (kafka: Kafka, groupId: string, readUncommitted: boolean): Consumer =>
  kafka.consumer({
    ...{ groupId, readUncommitted },
    // `onRecords` may take its time, and heartbeats come between its calls.
    sessionTimeout: 120_000,
    rebalanceTimeout: 120_000,
    maxBytesPerPartition: 256 * 1024,
    // Before decompression, which may make twenty times as much of it.
    maxBytes: 1024 * 1024,
    maxWaitTimeInMs: 200,
  });

function end(reading: Reading): void {
  reading.isOver = true;
  reading.finished.resolve();
}

function fail(reading: Reading, error: unknown): void {
  reading.isOver = true;
  reading.finished.reject(error);
}

/** After each join, also a later one: kafkajs would start at the first offset again. */
function goToRanges({ topic, open, isOver }: Reading, consumer: Consumer, assigned: readonly number[] = []): void {
  if (isOver) return;
  for (const partition of assigned) {
    const range = open.get(partition);
    if (range === undefined) consumer.pause([{ topic, partitions: [partition] }]);
    else consumer.seek({ topic, partition, offset: String(range.next) });
  }
}

async function readBatch(reading: Reading, consumer: Consumer, payload: EachBatchPayload): Promise<void> {
  const { topic } = reading;
  const { partition } = payload.batch;
  const range = reading.open.get(partition);
  if (range === undefined || reading.isOver) return;
  const { records, nextOffset, unreadable, isOutOfRange } = fetchedBatch(payload.batch);
  if (unreadable !== undefined) return fail(reading, new UnreadablePartition(topic, partition, unreadable));
  if (isOutOfRange === true) {
    const where = `the records of ${topic}-${partition} from offset ${nextOffset}`;
    return fail(reading, new Error(`${where} are no longer there`));
  }
  for (const piece of piecesIn(range, records)) {
    if (reading.isOver || !(await passOn(reading, piece, partition))) return;
    range.next = (piece.at(-1)?.offset ?? range.next) + 1n;
    await payload.heartbeat();
  }
  payload.resolveOffset(String(nextOffset - 1n));
  // Control records at a partition's end are skipped, too.
  advance(reading, consumer, partition, nextOffset);
}

/** The records in a range, cut into what comes between two heartbeats. */
function* piecesIn(range: { readonly next: bigint; readonly to: bigint }, records: readonly KafkaRecord[]) {
  for (let at = 0; at < records.length; at += recordsAtOnce) {
    const piece = records
      .slice(at, at + recordsAtOnce)
      .filter(({ offset }) => offset >= range.next && offset < range.to);
    if (piece.length > 0) yield piece;
  }
}

/** @returns whether the reading continues */
async function passOn(reading: Reading, records: KafkaRecord[], partition: number): Promise<boolean> {
  try {
    if ((await reading.onRecords(records, partition)) !== 'enough') return true;
    end(reading);
  } catch (error) {
    fail(reading, error);
  }
  return false;
}

function advance(reading: Reading, consumer: Consumer, partition: number, nextOffset: bigint): void {
  const { topic, open } = reading;
  const range = open.get(partition);
  if (range === undefined || reading.isOver) return;
  if (nextOffset > range.next) range.next = nextOffset;
  if (range.next < range.to) return;
  open.delete(partition);
  consumer.pause([{ topic, partitions: [partition] }]);
  if (open.size === 0) end(reading);
}
