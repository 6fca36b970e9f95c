import { MalformedAvro, selfContained, type AvroRecord, type AvroSchema } from '@sluice/avro';
import { stampField } from '@sluice/contracts';
import { rowSchema } from './row-schema.ts';

/** Where in Kafka a row comes from: the first field of every row. */
const kafkaPlace: AvroRecord = {
  type: 'record',
  name: 'KafkaPlace',
  namespace: 'sluice',
  doc: 'Where in Kafka the record is.',
  fields: [
    { name: 'topic', type: 'string' },
    { name: 'partition', type: 'int' },
    { name: 'offset', type: 'long' },
  ],
};

/**
 * The schema of a container's rows: the writer's record with `_kafka` put in front, and all that it refers to defined in it. Field names
 * are those of `rowNames`.
 *
 * @param references named types that the schema refers to without defining them
 * @param isStamped whether the event time is put in front, too
 * @throws MalformedAvro when the schema is not a record, so that its values cannot be rows
 */
export function containerSchema(
  schema: AvroSchema,
  references: readonly AvroSchema[] = [],
  isStamped = false,
): AvroRecord {
  if (typeof schema !== 'object' || !('fields' in schema))
    throw new MalformedAvro('the schema is not a record, so that its values cannot be rows');
  const own = selfContained(schema, references);
  const whole = rowSchema(isStamped ? { ...own, fields: [stampField, ...own.fields] } : own);
  return { ...whole, fields: [{ name: '_kafka', type: kafkaPlace }, ...whole.fields] };
}
