import { eventId, eventKey, eventTime, type EventContract } from '@sluice/contracts';
import type { Encoder } from '@sluice/schema-registry';
import { isEventTime, timeHeader, timeParts } from './event-time.ts';
import type { OutgoingRecord } from './outgoing-record.ts';
import { idHeader } from './record-id.ts';

/**
 * The record of an event: encoded, keyed, with its id in the header `sluice-id`. Its Kafka timestamp is the event time; where that is more
 * than a minute from now, the timestamp is the current time and the header `sluice-time` has the event time. So Kafka neither refuses an
 * event for its time nor deletes it sooner than others.
 *
 * @param event `key` replaces what the contract names
 * @param nowMs the current time
 * @throws TypeError when the event does not fit its contract, or has a time outside the years 1 to 9999
 */
export function outgoingEvent<T extends object>(
  { value, key }: { value: T; key?: string },
  contract: EventContract<T>,
  encoder: Encoder<T>,
  nowMs: number,
): OutgoingRecord & { value: Buffer } {
  const encoded = encoder.encode(value);
  const timeMs = eventTime(contract, value).getTime();
  if (!isEventTime(timeMs))
    throw new TypeError(`the event's time, ${contract.time}, is not within the years 1 to 9999`);
  const id = eventId(contract, value);
  const { timestampMs, header } = timeParts(timeMs, nowMs);
  return {
    key: key ?? eventKey(contract, value),
    value: encoded,
    timestampMs,
    headers: { ...(id !== undefined && { [idHeader]: id }), ...(header !== undefined && { [timeHeader]: header }) },
  };
}
