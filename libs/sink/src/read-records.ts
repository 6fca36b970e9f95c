import type { KafkaRecord } from '@sluice/kafka';
import { UnreadableRecord, type Codec, type EventContract, type WriterSchema } from '@sluice/schemas';
import { patiently, type Logger } from '@sluice/telemetry';
import { LazyRecord, type RecordWithValue } from './lazy-record.ts';

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
  const { codec, contract, partition } = options;
  const result: ReadRecords = { records: [], rejected: [] };
  for (const record of raw) {
    if (!hasValue(record)) {
      result.rejected.push({ raw: record, reason: 'the record has no value', errorClass: 'undecodable', attempts: 1 });
      continue;
    }
    try {
      const schema = codec.cachedSchema(record.value) ?? (await fetchSchema(record.value, options));
      result.records.push(new LazyRecord(record, schema, contract, partition));
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      result.rejected.push({ raw: record, reason: error.message, errorClass: 'undecodable', attempts: 1 });
    }
  }
  return result;
}

const hasValue = (record: KafkaRecord): record is RecordWithValue => record.value !== null;

const isUnreadable = (error: unknown): error is UnreadableRecord => error instanceof UnreadableRecord;

type Options = Parameters<typeof readRecords>[1];

/** Waits for the registry. A newer producer's fields are told of: the contract, not the producer, says what a destination has. */
async function fetchSchema(value: Buffer, { codec, contract, signal, logger }: Options): Promise<WriterSchema> {
  const what = 'the schema registry';
  const schema = await patiently({ what, signal, logger, isFinal: isUnreadable }, () => codec.fetchSchema(value));
  const fields = schema.unknownFields(contract);
  if (fields.length > 0) {
    const { topic } = contract;
    logger.warn(
      { topic, schemaId: schema.id, fields },
      'records have fields that this version does not know and leaves out',
    );
  }
  return schema;
}
