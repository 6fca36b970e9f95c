import type { OutgoingRecord } from '@sluice/kafka';
import { eventId, eventKey, eventTime, type Encoder, type EventContract } from '@sluice/schemas';
import type { SourceEvent } from './source.ts';

/** A broker refuses a record that is further ahead of its clock (`message.timestamp.after.max.ms`, an hour unless configured). */
const furthestAheadMs = 60 * 60_000;
/** Room for a difference between the broker's clock and ours. */
const clockToleranceMs = 60_000;

/**
 * The record of an event: encoded, keyed, with its id in the header `id` and its event time as Kafka's timestamp. An event from
 * more than an hour ahead keeps its time in the payload and gets the time of arrival in Kafka; `early` says so.
 *
 * @throws TypeError when the event does not fit its contract
 */
export function outgoingEvent<T extends object>(
  { value, key, timestamp }: SourceEvent<T>,
  contract: EventContract<T>,
  encoder: Encoder<T>,
  nowMs: number,
): { record: OutgoingRecord; early: boolean } {
  const id = eventId(contract, value);
  const timeMs = (timestamp ?? eventTime(contract, value)).getTime();
  const early = timeMs > nowMs + furthestAheadMs - clockToleranceMs;
  return {
    early,
    record: {
      key: key ?? eventKey(contract, value),
      value: encoder.encode(value),
      timestampMs: early ? nowMs : timeMs,
      ...(id !== undefined && { headers: { id } }),
    },
  };
}
