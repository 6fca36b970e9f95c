import type { ContractRecord } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { eventFromJson, NotAnEvent } from './event-from-json.ts';

const schema: ContractRecord = {
  type: 'record',
  name: 'Sample',
  namespace: 'sluice.test',
  fields: [
    { name: 'name', type: 'string' },
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'count', type: 'int' },
    { name: 'note', type: ['null', 'string'] },
    { name: 'level', type: { type: 'enum', name: 'Level', symbols: ['low', 'high'] }, default: 'low' },
    {
      name: 'parts',
      type: {
        type: 'array',
        items: { type: 'record', name: 'Part', fields: [{ name: 'share', type: 'double' }] },
      },
    },
    { name: 'first', type: ['null', 'Part'], default: null },
    { name: 'raw', type: ['null', 'bytes'], default: null },
  ],
};
const sample = { name: 'a', time: '2026-11-21T10:00:00Z', count: 3, parts: [{ share: 1 }] };

function problemOf(json: unknown): string {
  try {
    eventFromJson(schema, json);
  } catch (error) {
    if (error instanceof NotAnEvent) return error.message;
    throw error;
  }
  return '';
}

describe('an event from JSON', () => {
  it('has times as dates, bytes from base64, and null where a field that may be null is absent', () => {
    const event = eventFromJson(schema, { ...sample, raw: 'AQI=', first: { share: 2 } });
    expect(event).toEqual({
      ...{ name: 'a', time: new Date('2026-11-21T10:00:00Z'), count: 3, note: null },
      ...{ parts: [{ share: 1 }], first: { share: 2 }, raw: Buffer.from([1, 2]) },
    });
    expect(eventFromJson(schema, { ...sample, time: 1_000 })).toMatchObject({ time: new Date(1_000) });
  });

  it.each<[object | string, string]>([
    [{ ...sample, count: 1.5 }, 'count must be a whole number of 32 bits, not this number'],
    [{ ...sample, name: null }, 'name must be a text, not null'],
    [
      { ...sample, time: 'yesterday' },
      'time must be a time such as 2026-11-21T10:00:00Z, or milliseconds since 1970, not this text',
    ],
    [{ ...sample, level: 'middle' }, 'level must be one of low, high, not this text'],
    [{ ...sample, parts: [{ share: 'x' }] }, 'parts.0.share must be a number, not this text'],
    [{ ...sample, nmae: 'b' }, 'there is no field nmae, did you mean name?'],
    [{ time: 0 }, 'name is missing; count is missing; parts is missing'],
    ['text', 'the event must be an object, not this text'],
  ])('is refused with the fields and without their contents: %j', (json, message) => {
    expect(problemOf(json)).toBe(message);
  });
});
