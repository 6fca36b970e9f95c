import { expect, it } from 'vitest';
import type { AvroSchema } from '@sluice/avro';
import { renamedFields } from './renamed-fields.ts';

const schema: AvroSchema = {
  type: 'record',
  name: 'Outer',
  fields: [
    { name: '_id', type: 'int' },
    { name: 'userId', type: 'int' },
    { name: 'userid', type: 'int' },
    {
      name: 'parts',
      type: [
        'null',
        {
          type: 'array',
          items: {
            type: 'record',
            name: 'Part',
            fields: [
              { name: '_id', type: 'int' },
              { name: '_PARTITION', type: 'int' },
              { name: 'parts', type: { type: 'map', values: 'Part' } },
            ],
          },
        },
      ],
    },
    { name: '__proto__', type: { type: 'array', items: { type: 'array', items: 'Part' } } },
  ],
};

it('names the fields that a document has under another name', () => {
  expect(renamedFields(schema, 'documents')).toEqual({ _id: 'field_id' });
});

it('names those of a row, within records too, each type once', () => {
  expect(renamedFields(schema, 'rows')).toEqual({ userid: 'userid_2', 'parts._PARTITION': 'field_PARTITION' });
});

it('names none where all keep their names', () => {
  expect(renamedFields({ type: 'record', name: 'Plain', fields: [{ name: 'id', type: 'int' }] }, 'rows')).toEqual({});
});
