import type { KafkaRecord } from '@sluice/kafka';
import type { LazyRecord } from './lazy-record.ts';

/** A record that will never be delivered, and why. */
export interface RejectedRecord {
  raw: KafkaRecord;
  reason: string;
  /** `conflict`: the destination has another record under the same event id. */
  errorClass: 'undecodable' | 'refused' | 'conflict';
  schemaId?: number;
  attempts: number;
  /** When it was first read. */
  firstSeen: Date;
}

export const rejection = (
  record: LazyRecord<unknown>,
  reason: string,
  errorClass: RejectedRecord['errorClass'],
  attempts: number,
  firstSeen: Date,
): RejectedRecord => ({ raw: record.raw, reason, errorClass, schemaId: record.schema.id, attempts, firstSeen });
