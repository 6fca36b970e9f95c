import { randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { ByteWriter, writeLong, type WriterSchema } from '@sluice/schemas';
import { containerSchema } from './container-schema.ts';
import { compressedBytes, type ObjectFormat, type RowEncoding } from './row-encoding.ts';

const avro: ObjectFormat = { name: 'AVRO', extension: 'avro', contentType: 'application/avro' };

/**
 * An Avro container file of one writer schema: each row is `_kafka` and then the record's Avro bytes as they are in Kafka.
 * https://avro.apache.org/docs/1.12.0/specification/#object-container-files
 *
 * @throws MalformedAvro when the schema is not a record, so that its values cannot be rows
 */
export function avroEncoding(
  unit: { topic: string; partition: number },
  { schema, level }: { schema: WriterSchema; level: number },
): RowEncoding {
  const container = containerSchema(schema.avro, schema.references);
  const sync = randomBytes(16);
  const place = new ByteWriter(64);
  writeText(unit.topic, place);
  writeLong(unit.partition, place);
  return {
    format: avro,
    schemaId: schema.id,
    takes: (record) => record.schema.id === schema.id,
    writeRow(record, out) {
      out.bytes(place.written());
      writeLong(record.offset, out);
      record.writeAvro(out);
    },
    header() {
      const out = new ByteWriter(4096);
      out.text('Obj\u0001');
      writeLong(2, out);
      writeText('avro.schema', out);
      writeText(JSON.stringify(container), out);
      writeText('avro.codec', out);
      writeText('deflate', out);
      writeLong(0, out);
      out.bytes(sync);
      return out.written();
    },
    block(rows, count) {
      const compressed = deflateRawSync(rows, { level, chunkSize: compressedBytes });
      const head = new ByteWriter(20);
      writeLong(count, head);
      writeLong(compressed.length, head);
      return Buffer.concat([head.written(), compressed, sync]);
    },
    end: () => Buffer.alloc(0),
  };
}

function writeText(text: string, out: ByteWriter): void {
  const bytes = Buffer.from(text);
  writeLong(bytes.length, out);
  out.bytes(bytes);
}
