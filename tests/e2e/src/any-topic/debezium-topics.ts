import type { AvroField, AvroSchema } from '@sluice/avro';

/** A type as Debezium's converter writes it. */
const connect = (type: string, name: string, more: object = {}): AvroSchema => ({
  ...{ type, 'connect.version': 1, 'connect.name': name },
  ...more,
});
const debezium = (type: string, name: string) => connect(type, `io.debezium.${name}`);
const decimal = (precision: number, scale: number) =>
  connect('bytes', 'org.apache.kafka.connect.data.Decimal', {
    ...{ logicalType: 'decimal', precision, scale },
    'connect.parameters': { scale: String(scale), 'connect.decimal.precision': String(precision) },
  });
const maybe = (type: AvroSchema): AvroSchema => ['null', type];
const fieldsOf = (types: Readonly<Record<string, AvroSchema>>): AvroField[] =>
  Object.entries(types).map(([name, type]) => ({ name, type, ...(Array.isArray(type) && { default: null }) }));

/** The envelope of a table's changes: before, after, and where they come from. */
function envelope(
  namespace: string,
  columns: Readonly<Record<string, AvroSchema>>,
  source: Readonly<Record<string, AvroSchema>>,
): AvroSchema {
  const row: AvroSchema = { type: 'record', name: 'Value', namespace, fields: fieldsOf(columns) };
  const origin: AvroSchema = {
    ...{ type: 'record', name: 'Source', namespace: 'io.debezium.connector' },
    fields: fieldsOf({
      version: 'string',
      connector: 'string',
      name: 'string',
      ts_ms: 'long',
      db: 'string',
      ...source,
    }),
  };
  const transaction: AvroSchema = {
    ...{ type: 'record', name: 'block', namespace: 'event' },
    fields: fieldsOf({ id: 'string', total_order: 'long', data_collection_order: 'long' }),
  };
  const fields = fieldsOf({
    ...{ before: maybe(row), after: maybe('Value'), source: origin, op: 'string' },
    ...{ ts_ms: maybe('long'), ts_us: maybe('long'), transaction: maybe(transaction) },
  });
  return {
    ...{ type: 'record', name: 'Envelope', namespace, fields },
    ...{ 'connect.version': 2, 'connect.name': `${namespace}.Envelope` },
  };
}

/** Changes as Debezium's connectors for three databases write them. By topic. */
export const debeziumSchemas: Readonly<Record<string, AvroSchema>> = {
  'fulfillment.public.orders': envelope(
    'fulfillment.public.orders',
    {
      ...{
        id: 'int',
        customer: debezium('string', 'data.Uuid'),
        total: decimal(12, 2),
        placed: debezium('long', 'time.MicroTimestamp'),
      },
      ...{
        due: debezium('int', 'time.Date'),
        opens: debezium('long', 'time.MicroTime'),
        sent: debezium('string', 'time.ZonedTimestamp'),
      },
      ...{ details: maybe(debezium('string', 'data.Json')), tags: { type: 'array', items: maybe('string') } },
    },
    { schema: 'string', table: 'string', txId: maybe('long'), lsn: maybe('long'), xmin: maybe('long') },
  ),
  'dbserver1.inventory.customers': envelope(
    'dbserver1.inventory.customers',
    {
      ...{ id: 'int', first_name: 'string', email: 'string', created: debezium('long', 'time.Timestamp') },
      ...{
        opens: debezium('int', 'time.Time'),
        level: debezium('string', 'data.Enum'),
        balance: maybe(decimal(18, 4)),
      },
      ...{ flags: debezium('bytes', 'data.Bits'), updated: maybe(debezium('string', 'time.ZonedTimestamp')) },
    },
    { table: maybe('string'), server_id: 'long', gtid: maybe('string'), file: 'string', pos: 'long', row: 'int' },
  ),
  'server1.testDB.dbo.products': envelope(
    'server1.testDB.dbo.products',
    {
      ...{ id: 'int', name: 'string', weight: maybe('double'), price: decimal(19, 4), is_sold: 'boolean' },
      ...{ added: debezium('long', 'time.Timestamp'), checked: debezium('long', 'time.NanoTimestamp') },
      ...{ picture: maybe('bytes') },
    },
    { schema: 'string', table: 'string', change_lsn: maybe('string'), commit_lsn: maybe('string') },
  ),
};
