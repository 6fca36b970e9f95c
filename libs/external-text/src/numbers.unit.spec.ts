import { describe, expect, it } from 'vitest';
import { decimalNumber, wholeNumber } from './numbers.ts';

describe('a whole number in a text', () => {
  it.each([
    ['0', 0],
    ['-0', 0],
    ['007', 7],
    ['9007199254740991', 9007199254740991],
    ['-9007199254740991', -9007199254740991],
  ])('%s is one', (text, number) => expect(wholeNumber(text)).toBe(number));

  it.each(['', ' ', ' 1', '1.0', '1e3', '+1', '0x10', '0b1', '1_000', '9007199254740992', '９', 'NaN', 'Infinity'])(
    '%j is not a number',
    (text) => expect(wholeNumber(text)).toBeUndefined(),
  );
});

describe('a decimal number in a text', () => {
  const bounds = { min: -10, max: 10 };
  it.each([
    ['-0.0', 0],
    ['+9.5', 9.5],
    ['10', 10],
  ])('%s is one', (text, number) => expect(decimalNumber(text, bounds)).toBe(number));

  it.each(['', '.', '1.', '.5', '1,5', '1e1', '10.1', '-11', 'NaN', '0x1', '5 ', '٣'])('%j is not a number', (text) =>
    expect(decimalNumber(text, bounds)).toBeUndefined(),
  );
});
