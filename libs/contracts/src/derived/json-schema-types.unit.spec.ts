import { expect, it } from 'vitest';
import { jsonSchemaTypes } from './json-schema-types.ts';

const anyObject = { type: 'string', logicalType: 'json' };
const anyValue = ['null', 'boolean', 'double', 'string'];

it('makes types of what a schema says of an order', () => {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: {
      id: { type: 'integer', description: 'Its number.' },
      total: { type: 'number', minimum: 0 },
      placed: { type: 'string', format: 'date-time' },
      paid: { type: ['boolean', 'null'] },
      state: { enum: ['open', 'closed'] },
      lines: { type: 'array', items: { $ref: '#/definitions/Line' } },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      extra: { type: 'object' },
      either: { oneOf: [{ type: 'null' }, { type: 'integer' }, { type: 'string' }] },
      elsewhere: { $ref: 'other.json#/definitions/X' },
      anything: {},
    },
    required: ['id'],
    definitions: {
      Line: { type: 'object', properties: { count: { type: 'integer' }, part: { $ref: '#/definitions/Line' } } },
    },
  };
  expect(jsonSchemaTypes(schema)).toMatchObject({
    type: 'record',
    fields: [
      { name: 'id', type: ['null', 'long'], doc: 'Its number.' },
      { name: 'total', type: ['null', 'double'] },
      { name: 'placed', type: ['null', 'string'] },
      { name: 'paid', type: ['null', 'boolean'] },
      { name: 'state', type: ['null', 'string'] },
      {
        name: 'lines',
        type: [
          'null',
          {
            type: 'array',
            items: {
              type: 'record',
              fields: [
                { name: 'count', type: ['null', 'long'] },
                { name: 'part', type: anyValue },
              ],
            },
          },
        ],
      },
      { name: 'labels', type: ['null', { type: 'map', values: 'string' }] },
      { name: 'extra', type: ['null', anyObject] },
      { name: 'either', type: ['null', 'long', 'string'] },
      { name: 'elsewhere', type: anyValue },
      { name: 'anything', type: anyValue },
    ],
  });
});

it('takes the properties of all parts of a schema', () => {
  const schema = {
    allOf: [{ properties: { a: { type: 'integer' } } }, { $ref: '#/$defs/B' }],
    $defs: { B: { properties: { b: { type: 'string' } } } },
  };
  expect(jsonSchemaTypes(schema)).toMatchObject({ fields: [{ name: 'a' }, { name: 'b' }] });
});

it.each([
  [true, anyValue],
  [{}, anyValue],
  [{ type: 'string' }, 'string'],
  [{ type: 'object' }, anyObject],
  [{ type: 'array' }, { type: 'array', items: anyValue }],
  [{ $ref: '#' }, anyValue],
  [{ $ref: '#/nowhere' }, anyValue],
])('of %j is %j', (schema, expected) => expect(jsonSchemaTypes(schema)).toEqual(expected));
