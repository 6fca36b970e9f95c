import type { Admin, Kafka } from 'kafkajs';
import { causes } from './causes.ts';
import { RecordsRefused, refusalOf } from './event-producer.ts';
import { memberProducer } from './kafkajs/member-producer.ts';
import type { Membership } from './kafkajs/txn-offset-commit.ts';
import { outgoingBytes, type OutgoingRecord } from './outgoing-record.ts';
import { recordPlacement, requestMessages } from './record-placement.ts';

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

export interface PublishOptions {
  apart?: boolean;
  offsets?: GroupOffset[];
}

/** The offset of the next record to read, of one partition of a group. */
export interface GroupOffset {
  topic: string;
  partition: number;
  nextOffset: bigint;
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
  const producer = memberProducer(kafka, { ...options, membership: group?.membership });
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
    await transaction.sendBatch({ topicMessages, acks: -1, compression });
  };

  return {
    close,
    async publish(records, { apart = false, offsets = [] } = {}) {
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
        if (offsets.length > 0 && group !== undefined)
          await transaction.sendOffsets({ consumerGroupId: group.groupId, topics: offsetsByTopic(offsets) });
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

/** kafkajs's form of offsets. */
export const offsetsByTopic = (
  offsets: readonly GroupOffset[],
): { topic: string; partitions: { partition: number; offset: string }[] }[] =>
  [...Map.groupBy(offsets, ({ topic }) => topic)].map(([topic, partitions]) => ({
    topic,
    partitions: partitions.map(({ partition, nextOffset }) => ({ partition, offset: String(nextOffset) })),
  }));

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
