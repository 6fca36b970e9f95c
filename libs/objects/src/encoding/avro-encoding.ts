import { ByteWriter, containerWriter, writeLong } from '@sluice/avro';
import { withConnectTypes, type EventContract } from '@sluice/contracts';
import type { WriterSchema } from '@sluice/schema-registry';
import { containerSchema } from './container-schema.ts';
import { compressedBytes, type ObjectFormat, type RowEncoding } from './row-encoding.ts';

const avro: ObjectFormat = { name: 'AVRO', extension: 'avro', contentType: 'application/avro' };

/**
 * An Avro container file of one writer schema: each row is `_kafka` and then the record's Avro bytes as they are in Kafka. Of a topic
 * without a contract, the event time is in between.
 *
 * @throws MalformedAvro when the schema is not a record, so that its values cannot be rows
 */
export function avroEncoding(
  unit: { topic: string; partition: number; contract: EventContract },
  { schema, level }: { schema: WriterSchema; level: number },
): RowEncoding {
  const isStamped = unit.contract.derived !== undefined;
  const own = { schema: schema.avro, references: schema.references };
  const typed = isStamped ? withConnectTypes(own) : own;
  const container = containerWriter(JSON.stringify(containerSchema(typed.schema, typed.references, isStamped)), {
    level,
    chunkSize: compressedBytes,
  });
  const place = new ByteWriter(64);
  const topic = Buffer.from(unit.topic);
  writeLong(topic.length, place);
  place.bytes(topic);
  writeLong(unit.partition, place);
  return {
    format: avro,
    schemaId: schema.id,
    schemaIds: [schema.id],
    takes: (record) => record.schema.id === schema.id,
    writeRow(record, out) {
      out.bytes(place.written());
      writeLong(record.offset, out);
      if (isStamped) writeLong(record.timestampMs, out);
      record.writeAvro(out);
    },
    header: container.header,
    block: container.block,
    end: () => Buffer.alloc(0),
  };
}
