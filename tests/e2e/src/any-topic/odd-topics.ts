import type { AvroSchema } from '@sluice/avro';
import type { Sent } from '../foreign/fastavro.ts';
import type { ProducedTopic } from './confluent-producer.ts';

const record = (name: string, types: Readonly<Record<string, AvroSchema>>, namespace = 'shop'): AvroSchema => ({
  ...{ type: 'record', name, namespace },
  fields: Object.entries(types).map(([field, type]) => ({ name: field, type })),
});
const placed = record('OrderPlaced', { order: 'string', cents: 'long' });
const cancelled = record('OrderCancelled', { order: 'string', reason: ['null', 'string'] });
const address = record('Address', { street: 'string', city: 'string' });
const person = record('Person', { name: 'string', home: 'shop.Address', work: ['null', 'shop.Address'] });
const category = record('Category', { name: 'string', parts: { type: 'array', items: 'Category' } });

const startMs = Date.now() - 7_200_000;
const reference = (name: string, schema: AvroSchema) => ({ name: `shop.${name}`, subject: `shop-${name}`, schema });

/** @param values what is sent, and where it differs what must be read back */
const topicOf = (
  topic: Omit<ProducedTopic, 'records'>,
  values: readonly (readonly [sent: Sent, seen?: object])[],
  from = 0,
) => ({
  ...topic,
  records: values.map(([value, expected], n) => ({
    ...{ key: `key ${n}`, value, timestamp: startMs + (from + n) * 1000 },
    expected: (expected ?? value) as Readonly<Record<string, unknown>>,
  })),
});

/** Topics whose values are not records of one schema, or whose schemas do not stand alone. */
export const oddTopics: readonly ProducedTopic[] = [
  topicOf(
    {
      ...{ topic: 'shop.events', schema: ['shop.OrderPlaced', 'shop.OrderCancelled'] },
      references: [reference('OrderPlaced', placed), reference('OrderCancelled', cancelled)],
    },
    [
      [{ order: 'A', cents: 1250 }],
      [{ order: 'A', reason: 'too late' }],
      [{ order: 'B', reason: null }],
      [{ order: 'C', cents: 0 }],
    ],
  ),
  topicOf({ topic: 'shop.by-record', schema: placed, strategy: 'record' }, [
    [{ order: 'A', cents: 1250 }],
    [{ order: 'B', cents: 7 }],
  ]),
  topicOf(
    { topic: 'shop.by-record', schema: cancelled, strategy: 'record' },
    [[{ order: 'A', reason: 'too late' }]],
    10,
  ),
  topicOf({ topic: 'shop.by-both', schema: placed, strategy: 'topic and record' }, [[{ order: 'A', cents: 1250 }]]),
  topicOf(
    { topic: 'shop.by-both', schema: cancelled, strategy: 'topic and record' },
    [[{ order: 'A', reason: null }]],
    10,
  ),
  topicOf({ topic: 'shop.people', schema: person, references: [reference('Address', address)] }, [
    [{ name: 'Ann', home: { street: 'Main', city: 'Rome' }, work: null }],
    [{ name: 'Bob', home: { street: 'High', city: 'Oslo' }, work: { street: 'Low', city: 'Bern' } }],
  ]),
  topicOf({ topic: 'shop.categories', schema: category }, [
    [
      {
        name: 'all',
        parts: [
          { name: 'shoes', parts: [{ name: 'boots', parts: [] }] },
          { name: 'hats', parts: [] },
        ],
      },
    ],
    [{ name: 'none', parts: [] }],
  ]),
  topicOf({ topic: 'shop.notes', schema: { type: 'string' } }, [
    ['a note', { value: 'a note' }],
    ['', { value: '' }],
  ]),
  topicOf({ topic: 'shop.levels', schema: { type: 'enum', name: 'Level', symbols: ['LOW', 'HIGH'] } }, [
    ['HIGH', { value: 'HIGH' }],
  ]),
  topicOf({ topic: 'shop.lists', schema: { type: 'array', items: 'long' } }, [[[1, 2, 3], { value: [1, 2, 3] }]]),
  topicOf({ topic: 'shop.mixed', schema: record('Mixed', { id: ['int', placed], size: ['null', 'int', 'double'] }) }, [
    [{ id: 17, size: null }],
    [{ id: { order: 'A', cents: 5 }, size: 1.5 }],
    [{ id: 18, size: 3 }],
  ]),
];
