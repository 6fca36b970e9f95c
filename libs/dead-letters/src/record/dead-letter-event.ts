import { unreadableBatchClass } from '@sluice/kafka';
import type { DeadLetter } from '@sluice/kafka';
import { ByteWriter, MalformedAvro } from '@sluice/avro';
import { contracts, type EventContract, topicName } from '@sluice/contracts';
import { prefixBytes, UnreadableRecord } from '@sluice/schema-registry';
import { describeError, retryForever } from '@sluice/telemetry';
import type { DeadLetterAccess } from '../access.ts';
import { type DeadLetterRecord } from './dead-letter-record.ts';

/** The event of a dead letter, if its bytes can be read. */
export interface DeadLetterEvent {
  /** The event as JSON text. */
  json?: string;
  /** Why there is none. */
  reason?: string;
  /** The contract's time field. */
  time?: Date;
}

/** Decodes a dead letter's event. Waits for the schema registry while it is down. */
export async function deadLetterEvent(
  deadLetter: DeadLetterRecord,
  access: DeadLetterAccess,
): Promise<DeadLetterEvent> {
  const { codec, logger, signal } = access;
  const { value } = deadLetter.record;
  if (deadLetter.envelope.errorClass === unreadableBatchClass) return { reason: 'a batch of records, as fetched' };
  if (value === null) return { reason: 'it has no value' };
  const isFinal = (error: unknown) => error instanceof UnreadableRecord;
  try {
    const schema = await retryForever({ what: 'the schema registry', signal, logger, isFinal }, () =>
      codec.fetchSchema(value),
    );
    const json = new ByteWriter();
    const body = value.subarray(prefixBytes);
    schema.writeJson(body, json);
    const contract = contracts.find((one) => topicName(one) === deadLetter.envelope.topic);
    const time = contract === undefined ? undefined : tried(() => timeOf(schema.decode(body, contract), contract));
    return { json: json.written().toString(), ...(time !== undefined && { time }) };
  } catch (error) {
    if (signal.aborted) throw error;
    return {
      reason:
        error instanceof MalformedAvro ? `its bytes do not fit their schema: ${error.message}` : describeError(error),
    };
  }
}

function timeOf(event: unknown, { time }: EventContract): Date | undefined {
  const found: unknown = typeof event === 'object' && event !== null ? Reflect.get(event, time) : undefined;
  return found instanceof Date ? found : undefined;
}

/** An event may fit its own schema, but not the present contract. */
function tried<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

/**
 * The event time of a replayed record. It must be the original's, as the place at the destination depends on it. Where the dead letter does
 * not have it, the event's own time is used, and last the time when the record was given up.
 */
export async function replayTime(
  { timestamp, deadSince }: DeadLetter,
  readEvent: () => Promise<DeadLetterEvent>,
): Promise<number> {
  if (timestamp !== undefined) return timestamp.getTime();
  const { time = deadSince } = await readEvent();
  return time.getTime();
}
