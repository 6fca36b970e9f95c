import { eventTime, type EventContract, type TopicRules } from '@sluice/contracts';
import { prefixBytes, type WriterSchema } from '@sluice/schema-registry';
import { fieldTime } from './field-time.ts';
import { headerText, type KafkaRecord } from './kafka-record.ts';
import type { OutgoingRecord } from './outgoing-record.ts';

/** The header that holds an event's time where the record's timestamp does not: milliseconds since 1970, in decimal digits. */
export const timeHeader = 'sluice-time';

/** The years 1 to 9999: dates that every destination can hold. */
const [earliestMs, latestMs] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];

/**
 * Timestamps before 1971 are ignored: they are absent (-1 or 0), or seconds in place of milliseconds. An event from that time carries it in
 * the header.
 */
const firstBelievedMs = Date.UTC(1971, 0, 1);

/** Kafka deletes records by their timestamps and refuses those too far from its clock: this far from now a timestamp is safe. */
const safeDistanceMs = 60_000;

/** An event time outside the years that every destination can hold. */
export class InvalidEventTime extends Error {
  override readonly name = 'InvalidEventTime';
}

/** Whether an event can have this time: a whole number of milliseconds in the years 1 to 9999. */
export const isEventTime = (timeMs: number): boolean =>
  Number.isInteger(timeMs) && timeMs >= earliestMs && timeMs <= latestMs;

/**
 * The event time that a record states outside its value: the header `sluice-time`, else the record's timestamp, if its producer set it
 * and it lies in the years 1971 to 9999.
 *
 * Where a derived contract names a time field, the value decides. Where it names none, the time of arrival counts too.
 *
 * @returns milliseconds since 1970; undefined where only the value has it: see the contract's time field
 * @throws InvalidEventTime when the header holds no time
 */
export function statedTime(record: KafkaRecord, contract?: EventContract): number | undefined {
  const header = record.header(timeHeader);
  if (header !== undefined) return timeOfHeader(header);
  const derived = contract?.derived;
  if (derived?.time !== undefined) return undefined;
  // Nothing but the timestamp says when an event of such a topic was.
  return record.isArrivalTime && derived === undefined ? undefined : believedTimestamp(record);
}

const believedTimestamp = ({ timestampMs }: KafkaRecord): number | undefined =>
  timestampMs >= firstBelievedMs && timestampMs <= latestMs ? timestampMs : undefined;

function timeOfHeader(header: Buffer): number {
  const timeMs = wholeNumber(header);
  if (isEventTime(timeMs)) return timeMs;
  throw new InvalidEventTime(
    `the header ${timeHeader} must hold milliseconds since 1970 in decimal digits, within the years 1 to 9999`,
  );
}

const [minus, zero, nine] = [0x2d, 0x30, 0x39];
/** More than any event time needs, and exact in a double. */
const mostDigits = 15;

/** Reads a decimal number without making a string of it; NaN where it is not one. Called for each record of old events. */
function wholeNumber(digits: Buffer): number {
  const from = digits[0] === minus ? 1 : 0;
  if (digits.length === from || digits.length - from > mostDigits) return Number.NaN;
  let number = 0;
  for (let at = from; at < digits.length; at++) {
    const digit = digits[at] as number;
    if (digit < zero || digit > nine) return Number.NaN;
    number = number * 10 + digit - zero;
  }
  return from === 0 ? number : -number;
}

/**
 * The event time by the contract's time field, for a record that states none outside its value. The value is decoded for it.
 *
 * @throws InvalidEventTime when the field holds no time; what decoding throws when the bytes do not fit their schema
 */
export function timeOfValue(record: KafkaRecord, contract: EventContract, schema: WriterSchema): number {
  const { bytes, valueStart, valueEnd } = record;
  if (contract.derived !== undefined) return timeOfForeignValue(record, contract.derived, schema);
  const event = schema.decode(bytes.subarray(valueStart + prefixBytes, valueEnd), contract);
  const timeMs = eventTime<object>(contract as EventContract<object>, event as object).getTime();
  if (isEventTime(timeMs)) return timeMs;
  throw new InvalidEventTime(`its time field, ${contract.time}, holds no time within the years 1 to 9999`);
}

/** The event time by a configured field. Where the field is absent or null, it is the record's timestamp. */
function timeOfForeignValue(
  record: KafkaRecord,
  { time: field, timeZone }: Pick<TopicRules, 'time' | 'timeZone'>,
  schema: WriterSchema,
): number {
  const { bytes, valueStart, valueEnd } = record;
  const range = { from: valueStart + schema.prefixBytes, to: valueEnd };
  const timeMs = (field && fieldTime(schema, bytes, range, { field, timeZone })) ?? believedTimestamp(record);
  if (timeMs !== undefined && isEventTime(timeMs)) return timeMs;
  throw new InvalidEventTime(
    field === undefined
      ? 'no other time counts for a topic without a time field'
      : `its time field, ${field.path.join('.')}, holds no time within the years 1 to 9999`,
  );
}

/** The time of the event in a record, for every reader. @throws like `statedTime` and `timeOfValue` */
export const eventTimeOf = (record: KafkaRecord, contract: EventContract, schema: WriterSchema): number =>
  statedTime(record, contract) ?? timeOfValue(record, contract, schema);

/** How a record carries an event time. A timestamp that Kafka might refuse or soon delete by is replaced by the time of arrival. */
export function timeParts(timeMs: number, nowMs: number): { timestampMs: number; header: string | undefined } {
  return Math.abs(timeMs - nowMs) <= safeDistanceMs
    ? { timestampMs: timeMs, header: undefined }
    : { timestampMs: nowMs, header: String(timeMs) };
}

/** The event time of a record that was made by `outgoingEvent`. */
export function timeOfOutgoing({ headers = {}, timestampMs }: OutgoingRecord): number | undefined {
  const header = headerText(headers, timeHeader);
  return header === undefined ? timestampMs : Number(header);
}
