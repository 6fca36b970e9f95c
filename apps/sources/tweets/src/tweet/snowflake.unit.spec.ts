import { expect, it } from 'vitest';
import { idAt, isTweetId, newerId, timeOfId } from './snowflake.ts';

it('an id contains when it was made', () =>
  expect(timeOfId('1346889436626259968')).toBe(Date.parse('2021-01-06T18:40:40.344Z')));

it('the first id of a moment is before all others of it', () => {
  const timeMs = Date.parse('2026-11-21T12:00:00.001Z');
  expect(timeOfId(idAt(timeMs))).toBe(timeMs);
  expect(timeOfId(String(BigInt(idAt(timeMs)) - 1n))).toBe(timeMs - 1);
});

it('an id from before 2010 contains no time', () => expect(timeOfId('20')).toBeUndefined());

it.each(['', '0', '-1', '12x', '9'.repeat(20), 5, null])('%j is not an id', (text) =>
  expect(isTweetId(text)).toBe(false),
);

it('ids are compared as numbers', () => expect(newerId('99', '100')).toBe('100'));
