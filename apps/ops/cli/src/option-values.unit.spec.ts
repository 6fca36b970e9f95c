import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { offset, parseTime, positiveNumber, wholeNumber } from './option-values.ts';

describe('a time', () => {
  it('is in UTC unless it has a zone', () => {
    expect(parseTime('2026-11-21').toISOString()).toBe('2026-11-21T00:00:00.000Z');
    expect(parseTime('2026-11-21T10:00').toISOString()).toBe('2026-11-21T10:00:00.000Z');
    expect(parseTime('2026-11-21T10:00:00+02:00').toISOString()).toBe('2026-11-21T08:00:00.000Z');
  });

  it('may be an age', () => {
    expect(Date.now() - parseTime('2h').getTime()).toBeGreaterThanOrEqual(7_200_000);
    expect(Date.now() - parseTime('2h').getTime()).toBeLessThan(7_260_000);
  });

  it.each(['yesterday', '21.11.2026', '2026-13-01', '2x', ''])('cannot be %j', (text) => {
    expect(() => parseTime(text)).toThrow(InvalidArgumentError);
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
