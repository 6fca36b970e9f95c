import { describe, expect, it } from 'vitest';
import { eventContract, type IdPart } from './event-contract.ts';
import { eventId, eventKey, eventTime } from './event-fields.ts';
import { shipLogSchema, type ShipLog } from '../testing/ship-logs.ts';

const contract = (annotation: { id?: IdPart[]; key?: string[] } = {}) =>
  eventContract<ShipLog & { crew?: unknown }>(shipLogSchema(annotation, [{ name: 'crew', type: ['null', 'long'] }]));
const log: ShipLog = { ship: 'Argo', time: new Date('2026-03-05T15:30:00.999Z'), knots: 7.5 };

describe('eventId', () => {
  it('joins the fields that the contract names, a time cut down to its second', () => {
    expect(eventId(contract(), log)).toBe('Argo-1772724600');
  });

  it('is the same for all times of a second, before 1970 too', () => {
    const at = (time: string) =>
      eventId(contract({ id: [{ field: 'time', unit: 'second' }] }), { ...log, time: new Date(time) });
    expect(at('2026-03-05T15:30:00.000Z')).toBe('1772724600');
    expect(at('2026-03-05T15:30:01.000Z')).toBe('1772724601');
    expect([at('1969-12-31T23:59:59.000Z'), at('1969-12-31T23:59:59.999Z')]).toEqual(['-1', '-1']);
  });

  it('takes a time that is not cut in milliseconds, and numbers as they are', () => {
    expect(eventId(contract({ id: ['time', 'knots', 'crew'] }), { ...log, crew: 2n ** 60n })).toBe(
      '1772724600999-7.5-1152921504606846976',
    );
  });

  it('is undefined where the contract names no field', () => {
    expect(eventId(contract({ id: [] }), log)).toBeUndefined();
  });

  it.each([null, undefined, { name: 'Jason' }, true])(
    'is refused for %j, with the field but not its contents',
    (crew) => {
      expect(() => eventId(contract({ id: ['crew'] }), { ...log, crew })).toThrow(
        new TypeError(
          "sluice.test.ShipLog.crew is part of the event's id or key, so it must be a text, a number or a time",
        ),
      );
    },
  );
});

describe('eventKey', () => {
  it('joins the fields that the contract names', () => {
    expect(eventKey(contract(), log)).toBe('Argo');
    expect(eventKey(contract({ key: ['ship', 'knots'] }), log)).toBe('Argo-7.5');
  });
  it('is null where the contract names none', () => expect(eventKey(contract({ key: [] }), log)).toBeNull());
});

describe('eventTime', () => {
  it('is the time field', () => expect(eventTime(contract(), log)).toEqual(log.time));
});
