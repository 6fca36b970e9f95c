import { expect, it } from 'vitest';
import type { AvroSchema } from '../schema/avro-schema.ts';
import { int, record } from '../testing/records.ts';
import { SchemaNames } from '../schema/schema-names.ts';
import { selfContained } from './self-contained.ts';

it('defines each type that a schema refers to once, at its first use, and names it in full', () => {
  const crew: AvroSchema = { type: 'enum', name: 'Crew', namespace: 'sea', symbols: ['A'] };
  const mast = { ...record([int('height'), { name: 'crew', type: 'sea.Crew' }], 'Mast'), namespace: 'sea' };
  const ship = record(
    [
      { name: 'main', type: ['null', 'sea.Mast'] },
      { name: 'others', type: { type: 'array', items: 'sea.Mast' } },
      { name: 'crew', type: { type: 'map', values: 'sea.Crew' } },
      { name: 'next', type: ['null', 'Ship'] },
    ],
    'Ship',
  );
  const whole = selfContained(ship, [crew, mast]);
  expect(whole.fields.map(({ type }) => type)).toEqual([
    ['null', { ...mast, fields: [int('height'), { name: 'crew', type: crew }] }],
    { type: 'array', items: 'sea.Mast' },
    { type: 'map', values: 'sea.Crew' },
    ['null', 'Ship'],
  ]);
  expect(() => new SchemaNames([whole]).shape({ schema: 'sea.Crew', namespace: '' })).not.toThrow();
});
