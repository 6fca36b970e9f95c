import kafkajs, { type Kafka, type Message } from 'kafkajs';
import type { compressionTypes } from './compression-codecs.ts';
import type { RecordHeaders } from './kafka-record.ts';

/** A record on its way to Kafka. */
export interface OutgoingRecord {
  key: Buffer | string | null;
  value: Buffer | null;
  headers?: RecordHeaders;
  timestampMs?: number;
}

/** The broker will never take these records: at least one is too large or has a timestamp out of range. None was written. */
export class RecordsRefused extends Error {
  override readonly name = 'RecordsRefused';
  readonly errorClass: string;

  constructor(errorClass: string, message: string) {
    super(message);
    this.errorClass = errorClass;
  }
}

/** Errors that lie in the records themselves (https://kafka.apache.org/protocol#protocol_error_codes). */
const refusals = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_TIMESTAMP', 'INVALID_RECORD']);

/** Writes records idempotently; a `send` returns when all in-sync replicas have them. */
export interface EventProducer {
  /**
   * Sends records of one topic. Retries what can be retried without limit; a repetition is recognised by the broker, so that no
   * record is written twice. One call at a time.
   *
   * @throws RecordsRefused; after any other error (not authorised, say) the producer is to be replaced
   */
  send(topic: string, records: readonly OutgoingRecord[]): Promise<void>;
  disconnect(): Promise<void>;
}

export async function createEventProducer(
  kafka: Kafka,
  compression: (typeof compressionTypes)[keyof typeof compressionTypes],
): Promise<EventProducer> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    retry: { retries: Number.MAX_SAFE_INTEGER, initialRetryTime: 100, maxRetryTime: 5_000 },
  });
  await producer.connect();
  return {
    async send(topic, records) {
      try {
        await producer.send({ topic, acks: -1, compression, messages: records.map(asMessage) });
      } catch (error) {
        const refusal = causes(error).find((cause) => 'type' in cause && refusals.has(String(cause.type)));
        if (refusal === undefined) throw error;
        throw new RecordsRefused('type' in refusal ? String(refusal.type) : '', refusal.message);
      }
    },
    disconnect: () => producer.disconnect(),
  };
}

function causes(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}

/** kafkajs's form of a record; its types want mutable arrays. */
export function asMessage({ key, value, headers, timestampMs }: OutgoingRecord): Message {
  return {
    key,
    value,
    ...(headers && { headers: headers as NonNullable<Message['headers']> }),
    ...(timestampMs !== undefined && { timestamp: String(timestampMs) }),
  };
}
