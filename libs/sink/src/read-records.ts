import type { KafkaRecord } from '@sluice/kafka';
import { UnreadableRecord, type Codec, type EventContract, type WriterSchema } from '@sluice/schemas';
import { patiently, type Logger } from '@sluice/telemetry';
import { LazyRecord } from './lazy-record.ts';
import type { RejectedRecord } from './rejected-record.ts';

export interface ReadRecords {
  records: LazyRecord<unknown>[];
  rejected: RejectedRecord[];
}

/**
 * Finds each record's writer schema. A registry that is down is an outage and waited for; a value that carries no schema, or one
 * that the registry does not have, is rejected, and so is a record whose timestamp is no time.
 */
export async function readRecords(
  raw: readonly KafkaRecord[],
  options: {
    codec: Codec;
    contract: EventContract;
    partition: number;
    signal: AbortSignal;
    logger: Logger;
    firstSeen: Date;
  },
): Promise<ReadRecords> {
  const { codec, contract, partition, firstSeen } = options;
  const result: ReadRecords = { records: [], rejected: [] };
  const reject = (record: KafkaRecord, reason: string) =>
    result.rejected.push({ raw: record, reason, errorClass: 'undecodable', attempts: 1, firstSeen });
  for (const record of raw) {
    if (record.valueStart < 0) {
      reject(record, 'the record has no value');
      continue;
    }
    if (!isTime(record.timestampMs)) {
      reject(record, `the record's timestamp is no time: ${record.timestampMs}`);
      continue;
    }
    try {
      const schema =
        codec.cachedSchema(record.bytes, record.valueStart, record.valueEnd) ??
        (await fetchSchema(record.bytes.subarray(record.valueStart, record.valueEnd), options));
      result.records.push(new LazyRecord(record, schema, contract, partition));
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      reject(record, error.message);
    }
  }
  return result;
}

/** What a Date can hold: nanoseconds in place of milliseconds, say, have no day and no index. */
const isTime = (ms: number): boolean => Math.abs(ms) <= 8_640_000_000_000_000;

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
