import { expect, it } from 'vitest';
import { isBeyondFields, refusedField } from './refused-field.ts';

it.each([
  ['Limit of total fields [1000] has been exceeded while adding new fields [1]', true],
  ['[1:20] failed to parse: Limit of total fields [12] has been exceeded while adding new fields [3]', true],
  ['it says: Limit of total fields [1000] has been exceeded', false],
])('%j is about the number of fields: %j', (reason, expected) => {
  expect(isBeyondFields({ reason })).toBe(expected);
});

it.each<[string | undefined, string | undefined]>([
  ["[1:37] failed to parse field [n] of type [long] in document with id 'a'. Preview of field's value: '{x=1}'", 'n'],
  ["failed to parse field [place.full name] of type [keyword] in document with id 'a'", 'place.full name'],
  ['[1:5] object mapping for [a.b] tried to parse field [b] as object, but found a concrete value', 'a.b'],
  ['[1:9] mapping set to strict, dynamic introduction of [foo] within [_doc] is not allowed', 'foo'],
  ['[1:9] mapping set to strict, dynamic introduction of [foo] within [a.b] is not allowed', 'a.b.foo'],
  ['Document contains at least one immense term in field="raw._keyed" (whose UTF8 encoding is longer', 'raw'],
  ['mapper [n] cannot be changed from type [long] to [text]', 'n'],
  ['a document that says: failed to parse field [n] of type [long]', undefined],
  ['failed to parse', undefined],
  [undefined, undefined],
])('%j names the field %j', (reason, field) => {
  expect(refusedField({ type: 'document_parsing_exception', ...(reason !== undefined && { reason }) })).toBe(field);
});
