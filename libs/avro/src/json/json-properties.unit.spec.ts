import { describe, expect, it } from 'vitest';
import { findProperties } from './json-properties.ts';

const values = (json: string, field: string) =>
  findProperties(json, field).map(({ pointer, value }) => [pointer, value]);

describe('the values of a field', () => {
  it.each<[string, string, [string, string][]]>([
    ['{"a":1}', 'a', [['/a', '1']]],
    ['{"a":1}', 'b', []],
    ['{"x":{"a":"}"},"a":{"b":[1,{"c":"]"}]}}', 'a', [['/a', '{"b":[1,{"c":"]"}]}']]],
    ['{"a":{"b":"x"}}', 'a.b', [['/a/b', '"x"']]],
    [
      '{"a":[{"b":1},{"c":2},{"b":"\\"}"},[{"b":null}]]}',
      'a.b',
      [
        ['/a/0/b', '1'],
        ['/a/2/b', '"\\"}"'],
        ['/a/3/0/b', 'null'],
      ],
    ],
    [
      '{"a.b":1,"a":{"b":2}}',
      'a.b',
      [
        ['/a.b', '1'],
        ['/a/b', '2'],
      ],
    ],
    [' { "a" : { "b" : -1.50 , "c" : [ ] } } ', 'a.b', [['/a/b', '-1.50']]],
    ['{"a/b~c":{"d":1}}', 'a/b~c.d', [['/a~1b~0c/d', '1']]],
    ['{"\\u0061":1}', 'a', [['/a', '1']]],
    ['{"__proto__":{"a":7}}', '__proto__.a', [['/__proto__/a', '7']]],
    ['{"a":9007199254740993}', 'a', [['/a', '9007199254740993']]],
    ['[1,2]', 'a', []],
    ['"a"', 'a', []],
    ['{}', 'a', []],
  ])('in %s are found under %s', (json, field, expected) => {
    expect(values(json, field)).toEqual(expected);
    for (const { from, to, value } of findProperties(json, field))
      expect(json.slice(from, to).endsWith(value)).toBe(true);
  });
});
