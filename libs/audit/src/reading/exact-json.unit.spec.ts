import { parseExact, sameJson } from '@sluice/avro';
import { describe, expect, it } from 'vitest';
import { differingFields, isBetween } from './exact-json.ts';

const same = (a: string, b: string) => sameJson(parseExact(a), parseExact(b));

describe('sameJson', () => {
  it.each([
    ['{"a":1,"b":[true,null]}', '{"b":[true,null],"a":1}'],
    ['{"a":1.0}', '{"a":1}'],
    ['{"a":1e3}', '{"a":1000}'],
    ['{"a":"\\u00e9"}', '{"a":"é"}'],
    ['{"a":9007199254740993}', '{ "a" : 9007199254740993 }'],
    ['{"a":12345678901234567890.5}', '{"a":12345678901234567890.5}'],
  ])('takes %s and %s for the same', (a, b) => expect(same(a, b)).toBe(true));

  it.each([
    ['{"a":1}', '{"a":2}'],
    ['{"a":1}', '{"a":"1"}'],
    ['{"a":null}', '{}'],
    ['{"a":{}}', '{"a":[]}'],
    ['[1,2]', '[2,1]'],
    ['{"a":null}', '{"a":{}}'],
    // Both are the double 9007199254740992.
    ['{"a":9007199254740993}', '{"a":9007199254740992}'],
    ['{"a":[1,-9007199254740995]}', '{"a":[1,-9007199254740996]}'],
    ['{"toString":1}', '{"a":1}'],
  ])('tells %s and %s apart', (a, b) => expect(same(a, b)).toBe(false));
});

it('differingFields names the outermost fields in which objects differ', () => {
  const a = { same: { x: [1] }, inner: { x: 1 }, gone: 1 };
  expect(differingFields(a, { same: { x: [1] }, inner: { x: 2 }, more: 1 })).toEqual(['inner', 'gone', 'more']);
});

describe('isBetween', () => {
  // The writer knew `old`; the contract of today has `a` and `b` instead, with defaults.
  const [written, today] = [
    { n: 1, old: 2, in: { x: 1 } },
    { n: 1, a: null, b: 0, in: { x: 1, y: null } },
  ];

  it.each([
    [written],
    [today],
    [{ n: 1, a: null, in: { x: 1 } }],
    [{ n: 1, old: 2, a: null, in: { x: 1, y: null } }],
    [{ n: 1, in: { x: 1 } }],
  ])('takes %j, a form of an earlier contract', (value) => expect(isBetween(value, today, written)).toBe(true));

  it.each([
    [{ n: 2, a: null, b: 0, in: { x: 1 } }],
    [{ a: null, b: 0, in: { x: 1 } }],
    [{ n: 1, a: 5, in: { x: 1 } }],
    [{ n: 1, in: { y: null } }],
    [{ n: 1, in: { x: 1 }, more: 1 }],
    [{ n: 1, in: [1] }],
    [null],
  ])('does not take %j', (value) => expect(isBetween(value, today, written)).toBe(false));

  it('does not take a list that is shorter or longer', () => {
    expect(isBetween([1], [1, 2], [1, 2])).toBe(false);
    expect(isBetween([1, 2, 3], [1, 2], [1, 2])).toBe(false);
  });
});
