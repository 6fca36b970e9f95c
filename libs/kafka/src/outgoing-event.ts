import { eventId, eventKey, eventTime, type Encoder, type EventContract } from '@sluice/schemas';
import type { OutgoingRecord } from './outgoing-record.ts';

/** A broker refuses a record that is further ahead of its clock (`message.timestamp.after.max.ms`, an hour unless configured). */
const furthestAheadMs = 60 * 60_000;
/** Room for a difference between the broker's clock and ours. */
const clockToleranceMs = 60_000;

/**
 * The record of an event: encoded, keyed, with its id in the header `id` and its event time as Kafka's timestamp. An event from
 * more than an hour ahead keeps its time in the payload and gets the time of arrival in Kafka; `early` says so.
 *
 * @param event `key` and `timestamp` go before what the contract names
 * @param nowMs this side's clock
 * @param arrivedMs when the event came to us
 * @throws TypeError when the event does not fit its contract
 */
export function outgoingEvent<T extends object>(
  { value, key, timestamp }: { value: T; key?: string; timestamp?: Date },
  contract: EventContract<T>,
  encoder: Encoder<T>,
  nowMs: number,
  arrivedMs = nowMs,
): { record: OutgoingRecord & { value: Buffer }; early: boolean } {
  const id = eventId(contract, value);
  const timeMs = (timestamp ?? eventTime(contract, value)).getTime();
  const early = timeMs > nowMs + furthestAheadMs - clockToleranceMs;
  return {
    early,
    record: {
      key: key ?? eventKey(contract, value),
      value: encoder.encode(value),
      timestampMs: early ? arrivedMs : timeMs,
      ...(id !== undefined && { headers: { id } }),
    },
  };
}
