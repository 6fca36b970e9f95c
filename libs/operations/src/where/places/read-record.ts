import { ByteWriter, MalformedAvro } from '@sluice/avro';
import type { EventContract } from '@sluice/contracts';
import { eventTimeOf, recordId, UnreadablePartition, type KafkaRecord } from '@sluice/kafka';
import { codecOf } from '@sluice/schema-registry';
import { describeError } from '@sluice/telemetry';
import type { Place } from '../asked.ts';
import type { WhereAccess } from '../where-access.ts';
import { scan } from './scan.ts';

/** A record, or why there is none; `isGone` where Kafka had it once. */
export type RecordRead = { record: KafkaRecord } | { why: string; isGone: boolean };

/** Reads the record of one place. */
export async function readRecord(access: WhereAccess, place: Place): Promise<RecordRead> {
  const { topic, partition, offset } = place;
  const ends = (await access.kafka.ends(topic))?.find((one) => one.partition === partition);
  if (ends === undefined) return { why: `Kafka has no partition ${partition} of ${topic}`, isGone: false };
  const { first, end } = ends;
  if (offset >= end) return { why: `the partition ends at offset ${end}`, isGone: false };
  if (offset < first)
    return { why: `Kafka does not keep it any more: the partition begins at offset ${first}`, isGone: true };
  let found: KafkaRecord | undefined;
  try {
    await scan(access, topic, [{ partition, from: offset, to: offset + 1n }], (records) => {
      found = records[0];
      return 'enough';
    });
  } catch (error) {
    if (!(error instanceof UnreadablePartition)) throw error;
    return { why: error.message, isGone: false };
  }
  if (found !== undefined) return { record: found };
  return {
    why: 'no record is at this offset: it is the mark of a transaction, of one that was aborted, or was compacted away',
    isGone: true,
  };
}

/** What a record says of its event. */
export interface RecordEvent {
  id: string;
  /** Milliseconds since 1970; undefined like `json`, and where the event states no time. */
  timeMs: number | undefined;
  /** In the form of an Elasticsearch document; undefined where it cannot be read. */
  json: string | undefined;
  /** Why it cannot be read. */
  problem?: string;
}

/** Decodes a record. A registry that does not answer is a problem, and not waited for. */
export async function recordEvent(
  { codec }: WhereAccess,
  contract: EventContract,
  partition: number,
  record: KafkaRecord,
): Promise<RecordEvent> {
  const id = recordId(contract, partition, record);
  const { value } = record;
  if (value === null) return { id, timeMs: undefined, json: undefined, problem: 'it has no value' };
  try {
    const schema = await codecOf(contract, codec).fetchSchema(value);
    const out = new ByteWriter();
    const timeMs = eventTimeOf(record, contract, schema);
    schema.writeJson(value, out, contract, schema.prefixBytes, value.length, 'document', timeMs);
    return { id, timeMs, json: out.written().toString() };
  } catch (error) {
    const problem =
      error instanceof MalformedAvro ? `its bytes do not fit their schema: ${error.message}` : describeError(error);
    return { id, timeMs: undefined, json: undefined, problem };
  }
}
