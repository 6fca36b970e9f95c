import type { KafkaRecord } from '@sluice/kafka';
import { UnreadableRecord, type Codec, type EventContract } from '@sluice/schemas';
import { patiently, type Logger } from '@sluice/telemetry';
import { LazyRecord } from './lazy-record.ts';

/** A record that will never be delivered, and why. */
export interface RejectedRecord {
  raw: KafkaRecord;
  reason: string;
  errorClass: 'undecodable' | 'refused';
  schemaId?: number;
  attempts: number;
}

export interface ReadRecords {
  records: LazyRecord<unknown>[];
  rejected: RejectedRecord[];
}

/**
 * Finds each record's writer schema. A registry that is down is an outage and waited for; a value that carries no schema, or one
 * that the registry does not have, is rejected.
 */
export async function readRecords(
  raw: readonly KafkaRecord[],
  options: { codec: Codec; contract: EventContract; partition: number; signal: AbortSignal; logger: Logger },
): Promise<ReadRecords> {
  const { codec, contract, partition, signal, logger } = options;
  const result: ReadRecords = { records: [], rejected: [] };
  for (const record of raw) {
    const { value } = record;
    if (value === null) {
      result.rejected.push({ raw: record, reason: 'the record has no value', errorClass: 'undecodable', attempts: 1 });
      continue;
    }
    try {
      const schema =
        codec.cachedSchema(value) ??
        (await patiently({ what: 'the schema registry', signal, logger, isFinal: isUnreadable }, () =>
          codec.fetchSchema(value),
        ));
      result.records.push(new LazyRecord({ ...record, value }, schema, contract, partition));
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      result.rejected.push({ raw: record, reason: error.message, errorClass: 'undecodable', attempts: 1 });
    }
  }
  return result;
}

const isUnreadable = (error: unknown): error is UnreadableRecord => error instanceof UnreadableRecord;
