import { eventContract } from '@sluice/contracts';
import type { WriterSchema } from '@sluice/schema-registry';
import { describe, expect, it } from 'vitest';
import { eventTimeOf, InvalidEventTime, statedTime } from './event-time.ts';
import { kafkaRecord } from './kafka-record.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const recordOf = (
  timestampMs: number,
  { time, isArrivalTime = false }: { time?: string; isArrivalTime?: boolean } = {},
) =>
  kafkaRecord({
    ...{ offset: 0n, timestampMs, isArrivalTime, key: null, value: Buffer.alloc(5) },
    headers: time === undefined ? {} : { 'sluice-time': Buffer.from(time) },
  });

describe('the event time that a record states', () => {
  it('is the header, whatever the timestamp', () => {
    for (const timeMs of [0, -1, 1_142_974_214_000, -62_135_596_800_000, 253_402_300_799_999]) {
      expect(statedTime(recordOf(now, { time: String(timeMs) }))).toBe(timeMs);
      expect(statedTime(recordOf(now, { time: String(timeMs), isArrivalTime: true }))).toBe(timeMs);
    }
  });

  it('is else the timestamp that its producer set', () => {
    for (const timeMs of [now, Date.UTC(1971, 0, 1), 253_402_300_799_999])
      expect(statedTime(recordOf(timeMs))).toBe(timeMs);
  });

  it.each([
    ['no timestamp', -1],
    ['a zero', 0],
    ['seconds', now / 1000],
    ['microseconds', now * 1000],
    ['nanoseconds', now * 1_000_000],
    ['the largest long', 2 ** 63],
    ['a time before 1970', -1_000_000],
  ])('is not %s', (_, timestampMs) => {
    expect(statedTime(recordOf(timestampMs))).toBeUndefined();
  });

  it('is not the time at which the broker had it', () => {
    expect(statedTime(recordOf(now, { isArrivalTime: true }))).toBeUndefined();
  });

  it.each([
    '',
    'soon',
    '2026-11-21T12:00:00Z',
    '1e3',
    ' 5',
    '5.5',
    '253402300800000',
    '-62135596800001',
    '\u0000\u0000',
  ])('cannot be the header %j', (time) => {
    expect(() => statedTime(recordOf(now, { time }))).toThrow(InvalidEventTime);
    expect(() => statedTime(recordOf(now, { time }))).toThrow('sluice-time');
  });
});

describe('the event time of a record that states none', () => {
  const contract = eventContract({
    type: 'record',
    name: 'Reading',
    sluice: { topic: 'readings', time: 'taken' },
    fields: [{ name: 'taken', type: { type: 'long', logicalType: 'timestamp-millis' } }],
  });
  const schemaOf = (event: object) => ({ id: 1, decode: () => event }) as unknown as WriterSchema;

  it('is what its value says by the contract', () => {
    expect(eventTimeOf(recordOf(-1), contract, schemaOf({ taken: new Date(now) }))).toBe(now);
  });

  it('is none outside the years 1 to 9999', () => {
    const late = { taken: new Date('+010000-01-01T00:00:00Z') };
    expect(() => eventTimeOf(recordOf(-1), contract, schemaOf(late))).toThrow('its time field, taken, holds no time');
  });
});
