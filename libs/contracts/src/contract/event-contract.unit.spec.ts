import { describe, expect, it } from 'vitest';
import type { ContractRecord } from './contract-schema.ts';
import { eventContract } from './event-contract.ts';
import { shipLogSchema } from '../testing/ship-logs.ts';

const timestamp = { type: 'long', logicalType: 'timestamp-millis' };

describe('eventContract', () => {
  it('reads the annotation of a schema, and is frozen', () => {
    const schema = shipLogSchema({ rotation: 'week', timeZone: 'Asia/Seoul' });
    const contract = eventContract(schema);
    expect(contract).toEqual({
      name: 'sluice.test.ShipLog',
      topic: 'ship-logs',
      schema,
      key: ['ship'],
      id: ['ship', { field: 'time', unit: 'second' }],
      time: 'time',
      rotation: 'week',
      timeZone: 'Asia/Seoul',
      refused: 'rescue',
      internal: false,
    });
    expect(Object.isFrozen(contract)).toBe(true);
  });

  it('needs neither key, id, rotation nor time zone', () => {
    const minimal = { ...shipLogSchema(), sluice: { topic: 'ship-logs', time: 'time' } };
    expect(eventContract(minimal)).toMatchObject({ key: [], id: [], rotation: 'none', timeZone: 'UTC' });
  });

  it.each<[string, object, string]>([
    ['no topic', { topic: undefined }, 'needs a "topic", lower case words joined by -'],
    ['a topic in upper case', { topic: 'ShipLogs' }, 'needs a "topic", lower case words joined by -'],
    ['a topic that ends in -', { topic: 'ship-' }, 'needs a "topic", lower case words joined by -'],
    ['a topic with a slash', { topic: 'ship/logs' }, 'needs a "topic", lower case words joined by -'],
    ['no time', { time: undefined }, 'needs a "time" field'],
    ['an unknown time', { time: 'when' }, 'has no field "when", which its annotation names'],
    ['a time that is none', { time: 'knots' }, 'needs a timestamp-millis in "knots", its time field'],
    ['an unknown key', { key: ['fleet'] }, 'has no field "fleet", which its annotation names'],
    ['an unknown id', { id: ['uuid'] }, 'has no field "uuid", which its annotation names'],
    [
      'an unknown time in the id',
      { id: [{ field: 'when', unit: 'second' }] },
      'has no field "when", which its annotation names',
    ],
    [
      'an id that cuts what is no time',
      { id: [{ field: 'ship', unit: 'second' }] },
      'needs a timestamp-millis in "ship" to cut it to a second',
    ],
    [
      'an id that cuts to another unit',
      { id: [{ field: 'time', unit: 'minute' }] },
      'cuts a time down to a second, not to "minute"',
    ],
    ['an unknown rotation', { rotation: 'year' }, 'rotates by none, hour, day, week, month, not "year"'],
    ['an unknown time zone', { timeZone: 'Mars/Olympus' }, 'has the unknown time zone "Mars/Olympus"'],
  ])('refuses %s, and names the record', (_, annotation, problem) => {
    expect(() => eventContract(shipLogSchema(annotation))).toThrow(`sluice.test.ShipLog: ${problem}`);
  });

  it('refuses a schema without an annotation', () => {
    const { sluice: _, ...bare } = shipLogSchema();
    expect(() => eventContract(bare)).toThrow('sluice.test.ShipLog: has no "sluice" annotation');
  });

  it('refuses a field __proto__, at any depth', () => {
    const odd: ContractRecord = { type: 'record', name: 'Odd', fields: [{ name: '__proto__', type: 'int' }] };
    for (const fields of [odd.fields, [{ name: 'odd', type: ['null', { type: 'array', items: odd }] }]])
      expect(() => eventContract(shipLogSchema({}, fields))).toThrow('has a field __proto__');
  });

  it('refuses a time that may be absent', () => {
    const schema = shipLogSchema({ time: 'seen' }, [{ name: 'seen', type: ['null', timestamp] }]);
    expect(() => eventContract(schema)).toThrow('needs a timestamp-millis in "seen", its time field');
  });

  it('says what becomes of an event that a destination refuses', () => {
    expect(eventContract(shipLogSchema()).refused).toBe('rescue');
    expect(eventContract(shipLogSchema({ refused: 'dead-letter' })).refused).toBe('dead-letter');
    expect(() => eventContract(shipLogSchema({ refused: 'drop' }))).toThrow(
      'has "refused": "drop", which is none of rescue, dead-letter',
    );
  });
});
