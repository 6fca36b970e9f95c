import { expect, it } from 'vitest';
import type { AvroSchema } from '@sluice/avro';
import { withConnectTypes } from './connect-types.ts';

const named = (type: string, name: string, more: object = {}): AvroSchema => ({
  ...{ type, 'connect.version': 1, 'connect.name': name },
  ...more,
});
const typeOf = (schema: AvroSchema) => withConnectTypes({ schema }).schema;

it.each([
  ['int', 'io.debezium.time.Date', 'date'],
  ['int', 'io.debezium.time.Time', 'time-millis'],
  ['long', 'io.debezium.time.MicroTime', 'time-micros'],
  ['long', 'io.debezium.time.Timestamp', 'local-timestamp-millis'],
  ['long', 'io.debezium.time.MicroTimestamp', 'local-timestamp-micros'],
  ['long', 'io.debezium.time.NanoTimestamp', 'local-timestamp-nanos'],
])('takes %s of %s for a %s, wherever it is', (type, name, logicalType) => {
  const found = { logicalType };
  expect(typeOf(named(type, name))).toMatchObject(found);
  expect(typeOf(['null', named(type, name)])).toMatchObject(['null', found]);
  expect(typeOf({ type: 'array', items: named(type, name) })).toMatchObject({ items: found });
  expect(typeOf({ type: 'map', values: named(type, name) })).toMatchObject({ values: found });
  const row: AvroSchema = { type: 'record', name: 'Row', fields: [{ name: 'at', type: named(type, name) }] };
  expect(typeOf({ type: 'record', name: 'Envelope', fields: [{ name: 'after', type: ['null', row] }] })).toMatchObject({
    fields: [{ type: ['null', { fields: [{ type: found }] }] }],
  });
  expect(withConnectTypes({ schema: 'Row', references: [row] }).references).toMatchObject([
    { fields: [{ type: found }] },
  ]);
});

it('leaves everything else as it is, and the same object', () => {
  const schema: AvroSchema = {
    type: 'record',
    name: 'Row',
    fields: [
      {
        name: 'a',
        type: ['null', named('long', 'org.apache.kafka.connect.data.Timestamp', { logicalType: 'timestamp-millis' })],
      },
      { name: 'b', type: named('string', 'io.debezium.time.Date') },
      { name: 'c', type: { type: 'enum', name: 'E', symbols: ['A'] } },
      { name: 'd', type: { type: 'map', values: { type: 'array', items: { type: 'int' } } } },
    ],
  };
  expect(typeOf(schema)).toBe(schema);
});
