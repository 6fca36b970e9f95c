import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { causes } from './causes.ts';
import { RecordsRefused, refusalOf } from './event-producer.ts';
import type { OutgoingRecord } from './outgoing-record.ts';
import { parts } from './partition-transactions.ts';
import { recordPlacement, requestMessages } from './record-placement.ts';

/** Another process has taken over this one's transactional id. What it did not publish before, it never will. */
export class ProducerFenced extends Error {
  override readonly name = 'ProducerFenced';
  constructor() {
    super('another process has taken over');
  }
}

/** Publishes records in transactions of its own, outside consumer groups. One call at a time. */
export interface TransactionalProducer {
  /**
   * Publishes all of the records or none.
   *
   * @param options.apart each record in a request of its own: slow, but a refusal then names just the records that are refused
   * @throws ProducerFenced when none of them will ever be, and RecordsRefused when the broker takes none for what some of them are;
   * after anything else the outcome is unknown. After any error: close, and open another one
   */
  publish(records: readonly TopicRecord[], options?: { apart: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** A record and where it goes. */
export type TopicRecord = OutgoingRecord & { topic: string };

/** The broker's words for a producer that is not the newest of its transactional id. */
const fencedTypes = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED']);

/**
 * Opens a producer. When it is open, all earlier producers of the transactional id are fenced, and what they left in flight is ended:
 * what they published can be read.
 */
export async function createTransactionalProducer(
  kafka: Kafka,
  admin: Admin,
  options: { transactionalId: string; compression: number },
): Promise<TransactionalProducer> {
  const producer = kafka.producer({
    transactionalId: options.transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: 60_000,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    // As for partition transactions: back-to-back transactions meet CONCURRENT_TRANSACTIONS for a moment.
    retry: { retries: 10, initialRetryTime: 10, maxRetryTime: 2_000 },
  });
  const closed = new AbortController();
  const place = recordPlacement(admin, closed.signal);
  const close = async () => {
    closed.abort();
    await producer.disconnect().catch(() => {});
  };

  const translated = (error: unknown): unknown =>
    causes(error).some((cause) => 'type' in cause && fencedTypes.has(String(cause.type)))
      ? new ProducerFenced()
      : error;

  const begin = async () => {
    await producer.connect();
    // Asks for the producer id, which fences.
    return producer.transaction();
  };
  let transaction = await begin().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  let used = false;

  const send = async (records: readonly TopicRecord[]): Promise<void> => {
    const topicMessages = [];
    // Placed once: kafkajs's retries would place records without a key anew.
    for (const [topic, group] of Map.groupBy(records, (record) => record.topic)) {
      const placed = (await place(topic, group)).flat(2);
      topicMessages.push({ topic, messages: requestMessages(placed) });
    }
    await transaction.sendBatch({ topicMessages, acks: -1, compression: options.compression });
  };

  return {
    close,
    async publish(records, { apart } = { apart: false }) {
      try {
        if (used) transaction = await producer.transaction();
        used = true;
        const refusals: RecordsRefused[] = [];
        for (const part of parts(records, apart)) {
          try {
            await send(part);
          } catch (error) {
            const refusal = refusalOf(error, part);
            // Of a request with several records the broker may have taken some, so its sequence numbers are unknown.
            if (refusal === undefined || refusal.together) throw refusal ?? error;
            refusals.push(refusal);
          }
        }
        const [first] = refusals;
        if (first !== undefined) {
          const refused = refusals.flatMap((refusal) => refusal.records);
          throw new RecordsRefused(first.errorClass, first.message, refused, false);
        }
      } catch (error) {
        await transaction.abort().catch(() => {});
        throw translated(error);
      }
      await transaction.commit().catch((error: unknown) => {
        throw translated(error);
      });
    },
  };
}
