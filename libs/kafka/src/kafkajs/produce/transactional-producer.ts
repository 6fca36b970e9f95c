import type { Admin, Kafka } from 'kafkajs';
import type { Membership } from '../../group/group-offset.ts';
import { encodeBatch } from '../../produce/encode-batch.ts';
import { recordPlacement, type PlaceRecords } from '../../produce/record-placement.ts';
import { RecordsRefused, refusalOf } from '../../produce/records-refused.ts';
import { ProducerFenced, type TopicRecord, type TransactionalProducer } from '../../produce/transactional-producer.ts';
import { outgoingBytes, type OutgoingRecord } from '../../records/outgoing-record.ts';
import { causeOfType } from '../../retries/causes.ts';
import { retryWhileRetriable } from '../../retries/retry-while-retriable.ts';
import type { PartitionBatch } from '../requests/produce.ts';
import { topicPartitions } from './topic-partitions.ts';
import { openCoordinator, type TransactionCoordinator } from './transaction-coordinator.ts';
import { writeBatches } from './write-batches.ts';

/** An open producer, between and within its transactions. */
interface Producer {
  readonly coordinator: TransactionCoordinator;
  readonly compression: number;
  readonly place: PlaceRecords;
  readonly closed: AbortController;
  /** How many records each partition has taken of this producer's epoch: by that number the broker knows a repetition. */
  readonly sequences: Map<string, number>;
}

/** A transaction under way. */
interface Transaction {
  /** Whether the broker may know of it, so that it has to be ended. */
  isOpen: boolean;
  /** The partitions in it. */
  readonly partitions: Set<string>;
}

type Batches = ReadonlyMap<PartitionBatch, readonly OutgoingRecord[]>;

const nameOf = ({ topic, partition }: { topic: string; partition: number }): string => `${topic}/${partition}`;

/**
 * Opens a producer. When it is open, all earlier producers of the transactional id are fenced, and what they left in flight is ended:
 * what they published can be read.
 */
export async function createTransactionalProducer(
  kafka: Kafka,
  admin: Admin,
  options: {
    transactionalId: string;
    compression: number;
    /** How long a transaction may take before the coordinator ends it, as of a process that was killed within it. */
    transactionTimeoutMs: number;
    /** The group whose offsets it commits, and the membership that they carry. */
    group?: { groupId: string; membership: Membership | undefined } | undefined;
  },
): Promise<TransactionalProducer> {
  const { group, compression } = options;
  const coordinator = await openCoordinator(kafka, options);
  const closed = new AbortController();
  const place = recordPlacement(topicPartitions(admin, closed.signal));
  const producer: Producer = { coordinator, compression, place, closed, sequences: new Map() };
  return {
    async publish(records, { apart = false, offsets = [] } = {}) {
      const transaction: Transaction = { isOpen: false, partitions: new Set() };
      try {
        await writeRecords(producer, transaction, records, apart);
        if (offsets.length > 0 && group !== undefined) {
          transaction.isOpen = true;
          await coordinator.addOffsets(group.groupId, group.membership, offsets);
        }
      } catch (error) {
        if (transaction.isOpen) await coordinator.end(false).catch(() => {});
        throw fencedOr(error);
      }
      if (transaction.isOpen)
        await coordinator.end(true).catch((error: unknown) => {
          throw fencedOr(error);
        });
      // The next transaction has an epoch of its own.
      if (coordinator.addsPartitions) producer.sequences.clear();
    },
    async close() {
      closed.abort();
      await coordinator.close().catch(() => {});
    },
  };
}

/** @throws RecordsRefused */
async function writeRecords(
  producer: Producer,
  transaction: Transaction,
  records: readonly TopicRecord[],
  apart: boolean,
): Promise<void> {
  const refusals: RecordsRefused[] = [];
  for (const part of requestParts(records, apart)) {
    transaction.isOpen = true;
    try {
      await writePart(producer, transaction, part);
    } catch (error) {
      // Only of a record that is alone is it known that it is the one, and that the others are not refused with it.
      if (!(error instanceof RecordsRefused) || error.together) throw error;
      refusals.push(error);
      if (!apart) break;
    }
  }
  const [first] = refusals;
  if (first === undefined) return;
  const refused = refusals.flatMap((refusal) => refusal.records);
  throw new RecordsRefused(first.errorClass, first.message, refused, false);
}

/** @throws RecordsRefused */
async function writePart(producer: Producer, transaction: Transaction, records: readonly TopicRecord[]): Promise<void> {
  const batches = await encodeBatches(producer, records);
  await addPartitions(producer, transaction, [...batches.keys()]);
  const refused = await writeBatches(producer.coordinator, [...batches.keys()]);
  for (const [batch, group] of batches) {
    if (refused.has(batch)) continue;
    const name = nameOf(batch);
    producer.sequences.set(name, (producer.sequences.get(name) ?? 0) + group.length);
  }
  const [error] = refused.values();
  if (error === undefined) return;
  throw (
    refusalOf(
      error,
      [...refused.keys()].flatMap((batch) => batches.get(batch) ?? []),
    ) ?? error
  );
}

async function encodeBatches(producer: Producer, records: readonly TopicRecord[]): Promise<Batches> {
  const { coordinator, closed, sequences } = producer;
  const nowMs = Date.now();
  const { producerId, producerEpoch } = coordinator.producer;
  const batches = new Map<PartitionBatch, readonly OutgoingRecord[]>();
  for (const [topic, ofTopic] of Map.groupBy(records, (record) => record.topic)) {
    await retryWhileRetriable({ signal: closed.signal }, () => coordinator.cluster.addTargetTopic(topic));
    for (const { partition, records: group } of (await producer.place(topic, ofTopic)).flat()) {
      const firstSequence = sequences.get(nameOf({ topic, partition })) ?? 0;
      const writer = { producerId: BigInt(producerId), producerEpoch, firstSequence };
      batches.set({ topic, partition, bytes: await encodeBatch(group, writer, producer.compression, nowMs) }, group);
    }
  }
  return batches;
}

/** Adds those partitions to the transaction that are not in it yet. */
async function addPartitions(
  { coordinator }: Producer,
  { partitions }: Transaction,
  batches: readonly PartitionBatch[],
): Promise<void> {
  const fresh = batches.filter((batch) => !partitions.has(nameOf(batch)));
  if (fresh.length === 0) return;
  await coordinator.addPartitions(
    [...Map.groupBy(fresh, ({ topic }) => topic)].map(([topic, some]) => ({
      topic,
      partitions: some.map(({ partition }) => partition),
    })),
  );
  for (const batch of fresh) partitions.add(nameOf(batch));
}

/** The broker's words for a producer that is not the newest of its transactional id. */
const fencedTypes = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED']);

const fencedOr = (error: unknown): unknown =>
  causeOfType(error, fencedTypes) === undefined ? error : new ProducerFenced();

/**
 * The most bytes in one request, but for a single larger record: the records of one partition in a request are one batch to the broker,
 * whose limit is 1 MiB by default.
 */
const requestBytes = 512 * 1024;

/** Cuts records into what one request takes. @param apart each record in a request of its own */
function* requestParts<R extends OutgoingRecord>(records: readonly R[], apart: boolean): Generator<R[]> {
  let part: R[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = outgoingBytes(record);
    if (part.length > 0 && (apart || bytes + size > requestBytes)) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(record);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
