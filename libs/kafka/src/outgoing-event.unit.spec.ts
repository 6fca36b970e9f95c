import { eventContract, type EventContract } from '@sluice/schemas';
import { describe, expect, it } from 'vitest';
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
      early: false,
      record: {
        key: 'd1',
        value: encoder.encode(value),
        timestampMs: now,
        headers: { id: `d1-${now / 1000}` },
      },
    });
  });

  it('has no id and no key where the contract names none', () => {
    const { record } = outgoingEvent({ value }, contractOf({}), encoder, now);
    expect(record.key).toBeNull();
    expect(record).not.toHaveProperty('headers');
  });

  it('takes the key and the time that the source gives', () => {
    const timestamp = new Date(now - minuteMs);
    const { record } = outgoingEvent({ value, key: 'house-7', timestamp }, contract, encoder, now);
    expect([record.key, record.timestampMs]).toEqual(['house-7', now - minuteMs]);
  });

  it.each([
    ['long ago', -10_000 * 60 * minuteMs, false],
    ['just within what a broker takes', 59 * minuteMs, false],
    ['a millisecond further', 59 * minuteMs + 1, true],
    ['a year ahead', 365 * 24 * 60 * minuteMs, true],
  ])('of %s keeps its time in the payload, and in Kafka where the broker takes it', (_, aheadMs, early) => {
    const event = { device: 'd1', time: new Date(now + aheadMs) };
    const outgoing = outgoingEvent({ value: event }, contract, encoder, now);
    expect(outgoing.early).toBe(early);
    expect(outgoing.record.timestampMs).toBe(early ? now : now + aheadMs);
    expect(outgoing.record.value).toEqual(encoder.encode(event));
  });

  it('gets the time when it came to us where that was earlier', () => {
    const event = { device: 'd1', time: new Date(now + 2 * 60 * minuteMs) };
    const { record } = outgoingEvent({ value: event }, contract, encoder, now, now - minuteMs);
    expect(record.timestampMs).toBe(now - minuteMs);
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
