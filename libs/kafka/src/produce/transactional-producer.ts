import type { GroupOffset } from '../group/group-offset.ts';
import type { OutgoingRecord } from '../records/outgoing-record.ts';

/** Another process has taken over this one's transactional id. What it did not publish before, it never will. */
export class ProducerFenced extends Error {
  override readonly name = 'ProducerFenced';
  constructor() {
    super('another process has taken over');
  }
}

/** A record and where it goes. */
export type TopicRecord = OutgoingRecord & { topic: string };

/** Publishes records in transactions. One call at a time. */
export interface TransactionalProducer {
  /**
   * Publishes all of the records or none, and commits offsets with them.
   *
   * @throws ProducerFenced when none of them will ever be published; RecordsRefused when the broker refuses some, and therefore none is
   * published. After anything else the outcome is unknown. After any error: close, and open another one
   */
  publish(records: readonly TopicRecord[], options?: PublishOptions): Promise<void>;
  close(): Promise<void>;
}

interface PublishOptions {
  /** Sends each record in a request of its own: slow, but a refusal then names just the records that are refused. */
  apart?: boolean;
  /** Committed exactly if the records are published. */
  offsets?: readonly GroupOffset[];
}
