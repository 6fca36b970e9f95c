import { eventContract, type EventContract } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { timeOfOutgoing } from './event-time.ts';
import { outgoingEvent } from './outgoing-event.ts';

interface Reading {
  device: string;
  time: Date;
}

const contractOf = (annotation: object): EventContract<Reading> =>
  eventContract({
    type: 'record',
    name: 'Reading',
    sluice: { topic: 'readings', time: 'time', ...annotation },
    fields: [
      { name: 'device', type: 'string' },
      { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
    ],
  });
const contract = contractOf({ key: ['device'], id: ['device', { field: 'time', unit: 'second' }] });
const encoder = { schemaId: 1, encode: (event: Reading) => Buffer.from(JSON.stringify(event)) };
const now = Date.parse('2026-11-21T12:00:00Z');
const value = { device: 'd1', time: new Date(now) };
const minuteMs = 60_000;

describe('an outgoing event', () => {
  it('carries its id, its key, its time and its bytes', () => {
    expect(outgoingEvent({ value }, contract, encoder, now + 5)).toEqual({
      key: 'd1',
      value: encoder.encode(value),
      timestampMs: now,
      headers: { 'sluice-id': `d1-${now / 1000}` },
    });
  });

  it('has no id and no key where the contract names none', () => {
    const record = outgoingEvent({ value }, contractOf({}), encoder, now);
    expect([record.key, record.headers]).toEqual([null, {}]);
  });

  it('takes the key that the source gives', () => {
    expect(outgoingEvent({ value, key: 'house-7' }, contract, encoder, now).key).toBe('house-7');
  });

  it.each([
    ['a minute ago', -minuteMs],
    ['in a minute', minuteMs],
  ])('from %s has its time as the timestamp', (_, aheadMs) => {
    const event = { device: 'd1', time: new Date(now + aheadMs) };
    const record = outgoingEvent({ value: event }, contract, encoder, now);
    expect([record.timestampMs, record.headers?.['sluice-time']]).toEqual([now + aheadMs, undefined]);
    expect(timeOfOutgoing(record)).toBe(now + aheadMs);
  });

  it.each([
    ['a millisecond more than a minute ago', now - minuteMs - 1],
    ['2006', Date.parse('2006-03-21T20:50:14Z')],
    ['1969', Date.parse('1969-07-20T20:17:40Z')],
    ['the year 1', Date.parse('0001-01-01T00:00:00Z')],
    ['a millisecond more than in a minute', now + minuteMs + 1],
    ['tomorrow', now + 24 * 60 * minuteMs],
    ['the year 9999', Date.parse('9999-12-31T23:59:59.999Z')],
  ])('from %s has its time in a header and the time of arrival as the timestamp', (_, timeMs) => {
    const event = { device: 'd1', time: new Date(timeMs) };
    const record = outgoingEvent({ value: event }, contract, encoder, now);
    expect([record.timestampMs, record.headers?.['sluice-time']]).toEqual([now, String(timeMs)]);
    expect([record.value, timeOfOutgoing(record)]).toEqual([encoder.encode(event), timeMs]);
  });

  it.each([
    ['before the year 1', Date.parse('0000-12-31T23:59:59.999Z')],
    ['after the year 9999', Date.parse('+010000-01-01T00:00:00Z')],
    ['that is none', Number.NaN],
  ])('is none with a time %s', (_, timeMs) => {
    const event = { device: 'd1', time: new Date(timeMs) };
    expect(() => outgoingEvent({ value: event }, contract, encoder, now)).toThrow(
      "the event's time, time, is not within the years 1 to 9999",
    );
  });

  it('is none where the event does not fit', () => {
    const refusing = {
      schemaId: 1,
      encode: () => {
        throw new TypeError('does not fit in device');
      },
    };
    expect(() => outgoingEvent({ value }, contract, refusing, now)).toThrow('does not fit in device');
  });
});
