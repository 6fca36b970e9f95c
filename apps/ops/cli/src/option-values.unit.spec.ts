import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { moment, offset, positiveNumber, wholeNumber } from './option-values.ts';

describe('a moment', () => {
  it('is a time in UTC unless it says otherwise', () => {
    expect(moment('2026-11-21').toISOString()).toBe('2026-11-21T00:00:00.000Z');
    expect(moment('2026-11-21T10:00').toISOString()).toBe('2026-11-21T10:00:00.000Z');
    expect(moment('2026-11-21T10:00:00+02:00').toISOString()).toBe('2026-11-21T08:00:00.000Z');
  });

  it('is a time ago', () => {
    expect(Date.now() - moment('2h').getTime()).toBeGreaterThanOrEqual(7_200_000);
    expect(Date.now() - moment('2h').getTime()).toBeLessThan(7_260_000);
  });

  it.each(['yesterday', '21.11.2026', '2026-13-01', '2x', ''])('is not %j', (text) => {
    expect(() => moment(text)).toThrow(InvalidArgumentError);
  });
});

it.each([
  [wholeNumber, '-1'],
  [wholeNumber, '1.5'],
  [wholeNumber, '99999999999999999999'],
  [positiveNumber, '0'],
  [offset, 'x'],
])('%o refuses %j', (parse, text) => expect(() => parse(text)).toThrow(InvalidArgumentError));

it('an offset may be beyond 2^53', () => expect(offset('9007199254740993')).toBe(9_007_199_254_740_993n));
