import { InvalidEventTime, statedTime } from './event-time.ts';
import { headerText, type KafkaRecord, type RecordHeaders } from './kafka-record.ts';
import { recordId, type Identified } from './record-id.ts';

/** The error class of a dead letter that is a whole batch which cannot be read, as `sluice skip` writes it. */
export const unreadableBatchClass = 'unreadable-batch';

/** Why a record went to the dead letters, and where it came from. Its key, value and headers are kept byte for byte. */
export interface DeadLetter {
  /** The project that gave it up: a sink, a processor or a source. */
  by: string;
  topic: string;
  /** Undefined where a source rejects an event that never was a record. */
  partition?: number;
  offset?: bigint;
  /** Where reading continued, when it is a whole batch that cannot be read. */
  nextOffset?: bigint;
  /** The person who decided to give it up. */
  decidedBy?: string;
  schemaId?: number;
  /** The event id. Undefined like the offset. */
  id?: string;
  /** The event time. Undefined like the offset, and where only the value has it. */
  timestamp?: Date;
  /** Where a source found it: a file and a position in it, say. */
  origin?: string;
  /** One sentence, without the record's contents. */
  reason: string;
  /** The kind of error: `mapping`, `undecodable` … */
  errorClass: string;
  /** How often it was tried. */
  attempts: number;
  /** When it was first read, and when it was given up. */
  firstSeen: Date;
  deadSince: Date;
}

const prefix = 'dead-letter.';

/** Settings of dead-letter topics, with room for the largest record of the original topic *and* the envelope around it. */
export const deadLetterTopicSettings = { 'max.message.bytes': String(16 * 1024 * 1024) };

/** Where a record was, and which event it held. */
export function deadLetterPlace(
  event: Identified,
  partition: number,
  record: KafkaRecord,
): Pick<DeadLetter, 'topic' | 'partition' | 'offset' | 'id' | 'timestamp'> {
  const timeMs = statedOrNone(record);
  return {
    topic: event.topic,
    partition,
    offset: record.offset,
    id: recordId(event, partition, record),
    ...(timeMs !== undefined && { timestamp: new Date(timeMs) }),
  };
}

function statedOrNone(record: KafkaRecord): number | undefined {
  try {
    return statedTime(record);
  } catch (error) {
    if (error instanceof InvalidEventTime) return undefined;
    throw error;
  }
}

/** The headers of a dead letter: the record's own, and the envelope. */
export function deadLetterHeaders(original: RecordHeaders, deadLetter: DeadLetter): RecordHeaders {
  const { partition, offset, id, nextOffset, decidedBy, schemaId, timestamp, origin } = deadLetter;
  return {
    ...original,
    [`${prefix}by`]: deadLetter.by,
    [`${prefix}topic`]: deadLetter.topic,
    ...(partition !== undefined && { [`${prefix}partition`]: String(partition) }),
    ...(offset !== undefined && { [`${prefix}offset`]: String(offset) }),
    ...(id !== undefined && { [`${prefix}id`]: id }),
    ...(nextOffset !== undefined && { [`${prefix}next-offset`]: String(nextOffset) }),
    ...(decidedBy !== undefined && { [`${prefix}decided-by`]: decidedBy }),
    ...(schemaId !== undefined && { [`${prefix}schema-id`]: String(schemaId) }),
    ...(timestamp !== undefined && { [`${prefix}timestamp`]: timestamp.toISOString() }),
    ...(origin !== undefined && { [`${prefix}origin`]: origin }),
    [`${prefix}reason`]: deadLetter.reason,
    [`${prefix}error-class`]: deadLetter.errorClass,
    [`${prefix}attempts`]: String(deadLetter.attempts),
    [`${prefix}first-seen`]: deadLetter.firstSeen.toISOString(),
    [`${prefix}dead-since`]: deadLetter.deadSince.toISOString(),
  };
}

/** Reads the envelope of a dead letter; undefined where the record is not one. */
export function readDeadLetterHeaders(headers: RecordHeaders): DeadLetter | undefined {
  const read = (name: string) => headerText(headers, prefix + name);
  const [by, topic, firstSeen, deadSince] = [read('by'), read('topic'), read('first-seen'), read('dead-since')];
  if (by === undefined || topic === undefined || firstSeen === undefined || deadSince === undefined) return undefined;
  const [partition, offset, schemaId] = [read('partition'), read('offset'), read('schema-id')];
  const [id, timestamp, origin] = [read('id'), read('timestamp'), read('origin')];
  const [nextOffset, decidedBy] = [read('next-offset'), read('decided-by')];
  return {
    by,
    topic,
    ...(partition !== undefined && { partition: Number(partition) }),
    ...(offset !== undefined && { offset: BigInt(offset) }),
    ...(id !== undefined && { id }),
    ...(nextOffset !== undefined && { nextOffset: BigInt(nextOffset) }),
    ...(decidedBy !== undefined && { decidedBy }),
    ...(schemaId !== undefined && { schemaId: Number(schemaId) }),
    ...(timestamp !== undefined && { timestamp: new Date(timestamp) }),
    ...(origin !== undefined && { origin }),
    reason: read('reason') ?? '',
    errorClass: read('error-class') ?? '',
    attempts: Number(read('attempts') ?? 1),
    firstSeen: new Date(firstSeen),
    deadSince: new Date(deadSince),
  };
}

/** The record's own headers: a dead letter's without the envelope. */
export const withoutDeadLetterHeaders = (headers: RecordHeaders): RecordHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(prefix)));
