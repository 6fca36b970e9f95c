import { InvalidEventTime, statedTime, timeHeader, timeOfValue, type KafkaRecord } from '@sluice/kafka';
import type { Substitutions } from '@sluice/avro';
import type { EventContract } from '@sluice/contracts';
import { codecOf, UnreadableRecord, type Codec, type WriterSchema } from '@sluice/schema-registry';
import { coded, describeError, retryForever, type Health, type Logger } from '@sluice/telemetry';
import { LazyRecord } from './lazy-record.ts';
import type { SchemaLearning } from './schema-learning.ts';
import type { RejectedRecord } from './rejected-record.ts';

export interface ResolvedRecords {
  records: LazyRecord<unknown>[];
  rejected: RejectedRecord[];
}

/**
 * Finds each record's writer schema. A registry that is down is an outage and waited for; a value that carries no schema, or one
 * that the registry does not have, is rejected, and so is a record that has no event time. A record without a value is rejected or left
 * out.
 */
export async function resolveSchemas(
  raw: readonly KafkaRecord[],
  options: {
    codec: Codec;
    /** Called once for each run of records with one schema. */
    learn?: SchemaLearning;
    contract: EventContract;
    partition: number;
    signal: AbortSignal;
    logger: Logger;
    health: Health;
    firstSeen: Date;
    /** See `Sink`. */
    unknownFields: string | undefined;
    /** Called for each record whose event time only its value says. */
    onTimeFromValue: () => void;
    onSubstituted?: (found: Substitutions) => void;
  },
): Promise<ResolvedRecords> {
  const { contract, partition, firstSeen, onTimeFromValue, signal } = options;
  const codec = codecOf(contract, options.codec);
  const { learn } = options;
  let known: WriterSchema | undefined;
  const readMs = performance.now();
  const result: ResolvedRecords = { records: [], rejected: [] };
  const reject = (record: KafkaRecord, reason: string) =>
    result.rejected.push({ raw: record, reason, errorClass: 'undecodable', attempts: 1, firstSeen });
  for (const record of raw) {
    if (record.valueStart < 0) {
      if (contract.derived?.tombstones === 'skip') continue;
      reject(record, 'the record has no value');
      continue;
    }
    try {
      const schema =
        codec.cachedSchema(record.bytes, record.valueStart, record.valueEnd) ??
        (await fetchSchema(record.bytes.subarray(record.valueStart, record.valueEnd), readMs, options));
      const learning = schema === known ? undefined : learn?.(contract, schema, signal);
      if (learning !== undefined) await learning;
      known = schema;
      const stated = statedTime(record, contract);
      const timeMs = stated ?? readTime(record, schema, contract);
      if (stated === undefined) onTimeFromValue();
      result.records.push(new LazyRecord(record, schema, contract, partition, timeMs, options.onSubstituted));
    } catch (error) {
      if (!isUnreadable(error) && !(error instanceof InvalidEventTime)) throw error;
      reject(record, error.message);
    }
  }
  return result;
}

/** @throws InvalidEventTime */
function readTime(record: KafkaRecord, schema: WriterSchema, contract: EventContract): number {
  try {
    return timeOfValue(record, contract, schema);
  } catch (error) {
    const reason =
      error instanceof InvalidEventTime
        ? error.message
        : `its bytes do not fit schema ${schema.id}: ${describeError(error)}`;
    throw new InvalidEventTime(
      `the record has neither a header ${timeHeader} nor a timestamp of the years 1971 to 9999, and ${reason}`,
    );
  }
}

const isUnreadable = (error: unknown): error is UnreadableRecord => error instanceof UnreadableRecord;

type Options = Parameters<typeof resolveSchemas>[1];

/** Waits for the registry. A newer producer's fields are named, and what becomes of them. */
async function fetchSchema(
  value: Buffer,
  readMs: number,
  { codec, contract, signal, logger, health, unknownFields }: Options,
): Promise<WriterSchema> {
  const what = 'the schema registry';
  const schema = await retryForever({ what, signal, logger, health, isFinal: isUnreadable }, () =>
    codec.fetchSchema(value, readMs),
  );
  if (contract.derived !== undefined) return schema;
  const fields = schema.unknownFields(contract);
  if (fields.length > 0) {
    const { topic } = contract;
    logger.warn(
      { topic, schemaId: schema.id, fields, ...coded('unknown-fields') },
      `records have fields that this version does not know${unknownFields === undefined ? '' : `: ${unknownFields}`}`,
    );
  }
  return schema;
}
