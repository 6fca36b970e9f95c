import type { OutgoingRecord } from '../records/outgoing-record.ts';

/** Writes records idempotently; `send` returns when all in-sync replicas have them. */
export interface EventProducer {
  /**
   * Sends records of one topic. Retries without limit what can be retried; the broker recognises a repetition, so no record is written
   * twice. One call at a time. `disconnect` ends a call that waits.
   *
   * @throws RecordsRefused when all other records were written; after any other error (not authorised, say) replace the producer
   */
  send(topic: string, records: readonly OutgoingRecord[]): Promise<void>;
  disconnect(): Promise<void>;
}
