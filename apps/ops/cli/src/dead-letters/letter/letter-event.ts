import { unreadableBatchClass } from '@sluice/kafka';
import type { DeadLetter } from '@sluice/kafka';
import {
  ByteWriter,
  contracts,
  type EventContract,
  MalformedAvro,
  prefixBytes,
  topicName,
  UnreadableRecord,
} from '@sluice/schemas';
import { describeError, patiently } from '@sluice/telemetry';
import type { EventAccess } from '../../clients/event-access.ts';
import type { Letter } from './letter.ts';

/** A letter's event, as far as it can be read. */
export interface LetterEvent {
  /** The event as JSON text; undefined where its bytes cannot be read, for the reason. */
  json?: string;
  reason?: string;
  /** When it happened, by its contract. */
  time?: Date;
}

/** Reads a letter's event. A registry that is down is waited for. */
export async function letterEvent(letter: Letter, access: EventAccess): Promise<LetterEvent> {
  const { codec, logger, signal } = access;
  const { value } = letter.record;
  if (letter.envelope.errorClass === unreadableBatchClass) return { reason: 'a batch of records, as it was fetched' };
  if (value === null) return { reason: 'it has no value' };
  const isFinal = (error: unknown) => error instanceof UnreadableRecord;
  try {
    const schema = await patiently({ what: 'the schema registry', signal, logger, isFinal }, () =>
      codec.fetchSchema(value),
    );
    const json = new ByteWriter();
    const body = value.subarray(prefixBytes);
    schema.writeJson(body, json);
    const contract = contracts.find((one) => topicName(one) === letter.envelope.topic);
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

/** An event may fit its own schema and not today's contract. */
function tried<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

/**
 * The event time of a record that comes back: that of the original, on which the place at the destination depends. Where the letter does
 * not say it, what the event itself says; else when the record was given up.
 */
export async function replayTime(
  { timestamp, deadSince }: DeadLetter,
  readEvent: () => Promise<LetterEvent>,
): Promise<number> {
  if (timestamp !== undefined) return timestamp.getTime();
  const { time = deadSince } = await readEvent();
  return time.getTime();
}
