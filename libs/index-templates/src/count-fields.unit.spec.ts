import { expect, it } from 'vitest';
import { countFields } from './count-fields.ts';

it('counts objects, their fields, and copies of a text', () => {
  const text = { type: 'text', fields: { keyword: { type: 'keyword' } } };
  expect(countFields({ dynamic: 'false', properties: {} })).toBe(0);
  expect(countFields({ properties: { a: { type: 'long' }, b: { properties: { c: text } } } })).toBe(4);
  expect(countFields({ properties: { a: text }, runtime: { r: { type: 'long' } } })).toBe(3);
});
