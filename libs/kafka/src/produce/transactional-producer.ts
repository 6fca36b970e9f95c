// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../kafkajs/untyped-modules.d.ts" />
import type { Admin, Kafka } from 'kafkajs';
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import { causeOfType, isRetriable } from '../retries/causes.ts';
import { RecordsRefused, refusalOf } from './event-producer.ts';
import { encodeBatch } from './encode-batch.ts';
import type { GroupOffset } from '../group/offsets-by-topic.ts';
import { produceBatches, type PartitionBatch } from '../kafkajs/requests/produce.ts';
import { openCoordinator } from '../kafkajs/transaction-coordinator.ts';
import type { Membership } from '../kafkajs/requests/txn-offset-commit.ts';
import { outgoingBytes, type OutgoingRecord } from '../records/outgoing-record.ts';
import { persistently } from '../retries/persistently.ts';
import { recordPlacement, type PlacedRecord } from './record-placement.ts';
import { mostShortTries, shortPause } from '../retries/short-pause.ts';

/** Another process has taken over this one's transactional id. What it did not publish before, it never will. */
export class ProducerFenced extends Error {
  override readonly name = 'ProducerFenced';
  constructor() {
    super('another process has taken over');
  }
}

/** Publishes records in transactions. One call at a time. */
export interface TransactionalProducer {
  /**
   * Publishes all of the records or none, and commits offsets with them.
   *
   * @param options.apart each record in a request of its own: slow, but a refusal then names just the records that are refused
   * @param options.offsets committed exactly if the records are published
   * @throws ProducerFenced when none of them will ever be, and RecordsRefused when the broker takes none for what some of them are;
   * after anything else the outcome is unknown. After any error: close, and open another one
   */
  publish(records: readonly TopicRecord[], options?: PublishOptions): Promise<void>;
  close(): Promise<void>;
}

interface PublishOptions {
  apart?: boolean;
  offsets?: GroupOffset[];
}

/** A record and where it goes. */
export type TopicRecord = OutgoingRecord & { topic: string };

/** The broker's words for a producer that is not the newest of its transactional id. */
const fencedTypes = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED']);

/** How long a leader may wait for its replicas. */
const replicationTimeoutMs = 30_000;

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
  const { transactionalId, group, compression } = options;
  const coordinator = await openCoordinator(kafka, options);
  const { cluster, addsPartitions } = coordinator;
  const closed = new AbortController();
  const place = recordPlacement(admin, closed.signal);
  /** How many records each partition has taken of this producer's epoch: by that number the broker knows a repetition. */
  const sequences = new Map<string, number>();

  const leaderOf = ({ topic, partition }: PartitionBatch): number | undefined =>
    cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition)?.leader;

  /** Sends batches to their leaders, again and again those that a leader cannot take yet. @returns those that are refused, and why */
  const produce = async (batches: readonly PartitionBatch[]): Promise<Map<PartitionBatch, Error>> => {
    const refused = new Map<PartitionBatch, Error>();
    let open = batches;
    for (let tries = 1; open.length > 0; tries++) {
      const again: PartitionBatch[] = [];
      let reason: Error | undefined;
      const toLeader = async (nodeId: number | undefined, group: readonly PartitionBatch[]): Promise<void> => {
        const leader = await cluster.findBroker({ nodeId: String(nodeId) });
        const errors = await produceBatches(leader, transactionalId, group, {
          timeoutMs: replicationTimeoutMs,
          addsPartitions,
        });
        for (const { topic, partition, errorCode } of errors) {
          const batch = group.find((one) => one.topic === topic && one.partition === partition);
          const error = createErrorFromCode(errorCode);
          if (batch === undefined || error.type === 'DUPLICATE_SEQUENCE_NUMBER') continue;
          if (!error.retriable) refused.set(batch, error);
          else {
            again.push(batch);
            reason = error;
          }
        }
      };
      await Promise.all(
        [...Map.groupBy(open, leaderOf)].map(([nodeId, group]) =>
          toLeader(nodeId, group).catch((error: unknown) => {
            if (!isRetriable(error)) throw error;
            again.push(...group);
            reason = error;
          }),
        ),
      );
      open = again;
      if (reason === undefined) continue;
      if (tries === mostShortTries) throw reason;
      await shortPause(tries);
      await cluster.refreshMetadata();
    }
    return refused;
  };

  const placed = async (records: readonly TopicRecord[]): Promise<{ topic: string; records: PlacedRecord[] }[]> => {
    const found = [];
    for (const [topic, group] of Map.groupBy(records, (record) => record.topic)) {
      await persistently(closed.signal, () => cluster.addTargetTopic(topic));
      found.push(...(await place(topic, group)).flat().map((partition) => ({ topic, records: partition })));
    }
    return found;
  };

  /** @param added the partitions that are in the transaction; those of the records are added. @throws RecordsRefused */
  const send = async (records: readonly TopicRecord[], added: Set<string>): Promise<void> => {
    const nowMs = Date.now();
    const { producerId, producerEpoch } = coordinator.producer;
    const batches = new Map<PartitionBatch, readonly PlacedRecord[]>();
    for (const { topic, records: group } of await placed(records)) {
      const partition = group[0]?.message.partition ?? 0;
      const bytes = await encodeBatch(
        group.map(({ record }) => record),
        { producerId: BigInt(producerId), producerEpoch, firstSequence: sequences.get(`${topic}/${partition}`) ?? 0 },
        compression,
        nowMs,
      );
      batches.set({ topic, partition, bytes }, group);
    }
    const fresh = [...batches.keys()].filter(({ topic, partition }) => !added.has(`${topic}/${partition}`));
    if (fresh.length > 0) {
      await coordinator.addPartitions(
        [...Map.groupBy(fresh, ({ topic }) => topic)].map(([topic, some]) => ({
          topic,
          partitions: some.map(({ partition }) => partition),
        })),
      );
      for (const { topic, partition } of fresh) added.add(`${topic}/${partition}`);
    }
    const refused = await produce([...batches.keys()]);
    for (const [batch, group] of batches) {
      if (refused.has(batch)) continue;
      const name = `${batch.topic}/${batch.partition}`;
      sequences.set(name, (sequences.get(name) ?? 0) + group.length);
    }
    const [error] = refused.values();
    if (error === undefined) return;
    const culprits = [...refused.keys()].flatMap((batch) => batches.get(batch)?.map(({ record }) => record) ?? []);
    throw refusalOf(error, culprits) ?? error;
  };

  return {
    async close() {
      closed.abort();
      await coordinator.close().catch(() => {});
    },
    async publish(records, { apart = false, offsets = [] } = {}) {
      const added = new Set<string>();
      let isOpen = false;
      try {
        const refusals: RecordsRefused[] = [];
        for (const part of parts(records, apart)) {
          isOpen = true;
          try {
            await send(part, added);
          } catch (error) {
            // By one record alone it is known what is refused, and that the others may go on.
            if (!(error instanceof RecordsRefused) || error.together) throw error;
            refusals.push(error);
            if (!apart) break;
          }
        }
        const [first] = refusals;
        if (first !== undefined) {
          const refused = refusals.flatMap((refusal) => refusal.records);
          throw new RecordsRefused(first.errorClass, first.message, refused, false);
        }
        if (offsets.length > 0 && group !== undefined) {
          isOpen = true;
          await coordinator.addOffsets(group.groupId, group.membership, offsets);
        }
      } catch (error) {
        if (isOpen) await coordinator.end(false).catch(() => {});
        throw translated(error);
      }
      if (isOpen)
        await coordinator.end(true).catch((error: unknown) => {
          throw translated(error);
        });
      if (addsPartitions) sequences.clear();
    },
  };
}

const translated = (error: unknown): unknown =>
  causeOfType(error, fencedTypes) === undefined ? error : new ProducerFenced();

/** The most bytes in one request, but for a single larger record: what goes to one partition with it is one batch to the broker, whose limit is 1 MiB by default. */
const requestBytes = 512 * 1024;

/**
 * Cuts records into what goes with one request.
 *
 * @param apart each record in a request of its own
 */
function* parts<R extends OutgoingRecord>(records: readonly R[], apart = false): Generator<R[]> {
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
