import type { Producer, Transaction } from 'kafkajs';
import { refusalOf } from './event-producer.ts';
import { asMessage, outgoingBytes, type OutgoingRecord } from './outgoing-record.ts';
import type { AssignedPartition } from './group-consumer.ts';
import type { SharedProducers } from './kafkajs/shared-producers.ts';

/** Records to publish, and the offset that is committed together with them. */
export interface SettledOffset {
  records: readonly (OutgoingRecord & { topic: string })[];
  /** The offset of the next record to read. */
  nextOffset: bigint;
}

/**
 * Publishes and commits for one assigned partition, in transactions: either the records are there and the offset is committed, or
 * neither.
 *
 * The transactional id is the group's and the partition's, so that the newest owner fences all earlier ones (KIP-98). kafkajs sends
 * no group generation with a transaction's offsets (KIP-447), so the id is the only fence; therefore ownership is confirmed with
 * the coordinator *after* each initialisation. A process that was paused and fences its successor finds out there, and the
 * successor, refused in its next transaction, initialises again.
 */
export interface PartitionTransactions {
  /**
   * Fences the partition's earlier owners, waits for what they left in flight, and tells where to go on: a transaction has ended only
   * when its offset can be read, but for brokers with the classic group coordinator (see docs/guarantees.md).
   *
   * @throws PartitionLost when this process is itself an earlier owner; anything else may be tried again
   */
  begin(): Promise<bigint>;
  /**
   * @throws PartitionLost when another owner has taken over; RecordsRefused when the broker takes none for what some of them are: of
   * several together it does not say which, and the next call asks for each by itself. After any error but PartitionLost call `begin`,
   * whose answer tells whether the offset was committed
   */
  settle(settled: SettledOffset): Promise<void>;
  close(): Promise<void>;
}

export function partitionTransactions(
  producers: SharedProducers,
  options: {
    transactionalId: string;
    groupId: string;
    assigned: AssignedPartition;
    compression: number;
    /** The committed offset, or the partition's first one where none is committed. */
    committedOffset: () => Promise<bigint>;
  },
): PartitionTransactions {
  const { transactionalId, groupId, assigned, compression, committedOffset } = options;
  const { topic, partition, lost } = assigned;
  let producer: Producer | undefined;
  let transaction: Transaction | undefined;
  let apart = false;

  const close = async () => {
    const current = producer;
    producer = undefined;
    transaction = undefined;
    await current?.disconnect().catch(() => {});
  };

  return {
    close,
    async begin() {
      await close();
      const fresh = producers.transactional(transactionalId);
      try {
        await fresh.connect();
        // Asks for the producer id, which fences; nothing is registered with the coordinator until something is sent.
        const first = await fresh.transaction();
        await assigned.confirm();
        const committed = await committedOffset();
        // Only a producer whose owner is confirmed may settle.
        [producer, transaction] = [fresh, first];
        return committed;
      } catch (error) {
        await fresh.disconnect().catch(() => {});
        throw error;
      }
    },
    async settle({ records, nextOffset }) {
      lost.throwIfAborted();
      if (producer === undefined) throw new Error('settle is called before begin');
      transaction ??= await producer.transaction();
      const current = transaction;
      transaction = undefined;
      try {
        for (const part of parts(records, apart)) {
          const byTopic = Map.groupBy(part, (record) => record.topic);
          const topicMessages = [...byTopic].map(([to, group]) => ({ topic: to, messages: group.map(asMessage) }));
          await current.sendBatch({ topicMessages, acks: -1, compression }).catch((error: unknown) => {
            const refusal = refusalOf(error, part);
            if (refusal !== undefined) apart = true;
            throw refusal ?? error;
          });
        }
        await current.sendOffsets({
          consumerGroupId: groupId,
          topics: [{ topic, partitions: [{ partition, offset: String(nextOffset) }] }],
        });
        lost.throwIfAborted();
      } catch (error) {
        await current.abort().catch(() => {});
        throw error;
      }
      await current.commit();
      apart = false;
    },
  };
}

/** The most bytes in one request, but for a single larger record: what goes to one partition with it is one batch to the broker, whose limit is 1 MiB by default. */
const requestBytes = 512 * 1024;

/**
 * Cuts records into what goes with one request.
 *
 * @param apart each record in a request of its own
 */
export function* parts<R extends OutgoingRecord>(records: readonly R[], apart = false): Generator<R[]> {
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
