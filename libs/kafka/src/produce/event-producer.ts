import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { causeOfType } from '../retries/causes.ts';
import type { compressionTypes } from '../compression/compression-codecs.ts';
import type { OutgoingRecord } from '../records/outgoing-record.ts';
import { persistently } from '../retries/persistently.ts';
import { recordPlacement, requestMessages, type PlacedRecord } from './record-placement.ts';

/** The broker will never take some of the records: one is too large, or has a timestamp out of range. */
export class RecordsRefused extends Error {
  override readonly name = 'RecordsRefused';
  readonly errorClass: string;
  /** Records of which none was written: each refused by itself, or one of them the cause for all when `together`. */
  readonly records: readonly OutgoingRecord[];
  readonly together: boolean;

  constructor(errorClass: string, message: string, records: readonly OutgoingRecord[], together = records.length > 1) {
    super(message);
    this.errorClass = errorClass;
    this.records = records;
    this.together = together;
  }
}

/** Errors that lie in the records themselves. */
const refusals = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_TIMESTAMP', 'INVALID_RECORD']);

/** The refusal that an error of a produce request tells of, if it does. */
export function refusalOf(error: unknown, records: readonly OutgoingRecord[]): RecordsRefused | undefined {
  const refusal = causeOfType(error, refusals);
  if (refusal === undefined) return undefined;
  return new RecordsRefused('type' in refusal ? String(refusal.type) : '', refusal.message, records);
}

/** Writes records idempotently; a `send` returns when all in-sync replicas have them. */
export interface EventProducer {
  /**
   * Sends records of one topic. Retries what can be retried without limit; a repetition is recognised by the broker, so that no
   * record is written twice. One call at a time. A `disconnect` ends a call that waits.
   *
   * @throws RecordsRefused when the others of the records were written; after any other error (not authorised, say) the producer is to be replaced
   */
  send(topic: string, records: readonly OutgoingRecord[]): Promise<void>;
  disconnect(): Promise<void>;
}

export async function createEventProducer(
  kafka: Kafka,
  admin: Admin,
  compression: (typeof compressionTypes)[keyof typeof compressionTypes],
): Promise<EventProducer> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    // More tries follow here, of the very same batches to one leader.
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 5_000 },
  });
  const closed = new AbortController();
  const place = recordPlacement(admin, closed.signal);
  await producer.connect();

  const produce = async (topic: string, records: readonly PlacedRecord[]): Promise<RecordsRefused | undefined> => {
    try {
      const messages = requestMessages(records);
      await persistently(closed.signal, () => producer.send({ topic, acks: -1, compression, messages }));
      return undefined;
    } catch (error) {
      const refused = refusalOf(
        error,
        records.map(({ record }) => record),
      );
      if (refused === undefined) throw error;
      return refused;
    }
  };

  return {
    async send(topic, records) {
      const refused: RecordsRefused[] = [];
      const toLeader = async (byPartition: readonly (readonly PlacedRecord[])[]): Promise<void> => {
        const refusal = await produce(topic, byPartition.flat());
        if (refusal === undefined) return;
        if (byPartition.length === 1) return void refused.push(refusal);
        // One partition refused, others may have written, and kafkajs does not tell which: it takes back the sequence numbers of
        // all. The same batches again, one by one, are therefore repetitions to the broker where they were written.
        for (const partition of byPartition) {
          const own = await produce(topic, partition);
          if (own !== undefined) refused.push(own);
        }
      };
      await Promise.all((await place(topic, records)).map(toLeader));
      const [first] = refused;
      if (first === undefined) return;
      throw new RecordsRefused(
        first.errorClass,
        first.message,
        refused.flatMap((refusal) => refusal.records),
      );
    },
    disconnect() {
      closed.abort();
      return producer.disconnect();
    },
  };
}
