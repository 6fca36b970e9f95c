import { expect, it } from 'vitest';
import { addableFields } from './addable-fields.ts';

const own = {
  count: { type: 'long' },
  when: { type: 'date', format: 'epoch_millis' },
  name: { type: 'keyword' },
  place: { properties: { name: { type: 'integer' }, gone: { type: 'long' } } },
  parts: { type: 'nested', properties: { size: { type: 'long' } } },
};
const wanted = {
  count: { type: 'keyword' },
  when: { type: 'date', format: 'strict_date_optional_time', ignore_malformed: true },
  name: { properties: { first: { type: 'keyword' } } },
  place: { properties: { name: { type: 'keyword' }, city: { type: 'keyword' } } },
  parts: { type: 'nested', properties: { colour: { type: 'keyword' } } },
  extra: { type: 'boolean' },
};

it('are those that an index lacks, at any depth; those that it has keep their type, and ignore what they cannot hold', () => {
  expect(addableFields(own, wanted, true)).toEqual({
    count: { type: 'long', ignore_malformed: true },
    when: { type: 'date', format: 'epoch_millis', ignore_malformed: true },
    place: { properties: { name: { type: 'integer', ignore_malformed: true }, city: { type: 'keyword' } } },
    parts: { type: 'nested', properties: { colour: { type: 'keyword' } } },
    extra: { type: 'boolean' },
  });
});

it('are no more than the new ones where malformed values are to be refused', () => {
  expect(addableFields(own, wanted, false)).toEqual({
    place: { properties: { city: { type: 'keyword' } } },
    parts: { type: 'nested', properties: { colour: { type: 'keyword' } } },
    extra: { type: 'boolean' },
  });
});
