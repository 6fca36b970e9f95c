import { describe, expect, it } from 'vitest';
import { indexPeriod } from './index-period.ts';
import { indexSuffix, type Rotation } from './index-suffix.ts';

const at = Date.parse('2026-11-21T09:30:00Z');
const contract = (rotation: Rotation, timeZone = 'UTC') => ({ topic: 'events', rotation, timeZone });

describe('the period of an index', () => {
  it.each<[Rotation, string, string]>([
    ['hour', '2026-11-21T09:00:00Z', '2026-11-21T10:00:00Z'],
    ['day', '2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z'],
    ['week', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'],
    ['month', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'],
  ])('of the rotation %s is what its suffix says', (rotation, from, to) => {
    const index = `events-${indexSuffix(rotation, 'UTC')(at)}`;
    expect(indexPeriod(contract(rotation), index)).toEqual({ fromMs: Date.parse(from), toMs: Date.parse(to) });
  });

  it('is one of the time zone of the contract', () => {
    const seoul = contract('day', 'Asia/Seoul');
    expect(indexPeriod(seoul, 'events-20261121')).toEqual({
      fromMs: Date.parse('2026-11-20T15:00:00Z'),
      toMs: Date.parse('2026-11-21T15:00:00Z'),
    });
  });

  it('is not known of an index without rotation, nor of one that has another name', () => {
    expect(indexPeriod(contract('none'), 'events-all')).toBeUndefined();
    for (const index of ['events-2026112', 'events-20261121-2', 'others-20261121', 'events-20261341', 'events-'])
      expect(indexPeriod(contract('day'), index)).toBeUndefined();
  });
});
