import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { standIn, type StoredFile } from '@sluice/connector-google/testing';
import { uniqueName } from '@sluice/kafka/testing';
import { ByteWriter, containerWriter } from '@sluice/avro';
import { eventKey, objectName, storedObject, type EventContract, type StoredObject } from '@sluice/contracts';
import { createCodec, prefixBytes } from '@sluice/schema-registry';
import { long, text } from '@sluice/avro/testing';
import { serverAddresses } from '@sluice/testkit';
import type { TestEvents } from './test-events.ts';

/** A row of an object. */
interface TestRow {
  offset: bigint;
  value: Buffer;
}

/** Objects as the sink gcs writes them, in a new bucket, with announcements and a consumer group. */
export interface TestObjects {
  readonly bucket: string;
  readonly group: string;
  file(name: string): StoredFile;
  /** All names, in order. */
  names(): Promise<string[]>;
  /**
   * Writes the records that the group has not committed as objects of at most so many records, announces them, and commits.
   */
  write(options?: { perObject?: number; format?: 'JSON' | 'AVRO' }): Promise<void>;
  /** The file of these rows. */
  contents(partition: number, rows: readonly TestRow[], format: 'JSON' | 'AVRO'): Promise<Buffer>;
  /** Creates one object. @param metadata over those that are right */
  put(name: string, body: Buffer, metadata: Record<string, string>): Promise<StoredFile>;
  announce(file: StoredFile): Promise<void>;
}

/** The first field of a row in an Avro container file. */
const kafkaPlace = {
  name: '_kafka',
  type: {
    ...{ type: 'record', name: 'KafkaPlace', namespace: 'sluice' },
    fields: [
      { name: 'topic', type: 'string' },
      { name: 'partition', type: 'int' },
      { name: 'offset', type: 'long' },
    ],
  },
};

export async function testObjects(events: TestEvents): Promise<TestObjects> {
  const { schemaRegistryUrl } = serverAddresses();
  const { kafka, contract, topic } = events;
  const storage = standIn();
  const bucketName = uniqueName('audited');
  const group = uniqueName('gcs');
  await storage.createBucket(bucketName);
  const bucket = storage.bucket(bucketName);
  const codec = createCodec({ url: schemaRegistryUrl });
  const encoder = await codec.encoder(storedObject);
  await kafka.ensureTopics([storedObject.topic], { signal: AbortSignal.timeout(60_000) });

  const jsonOf = async ({ offset, value }: TestRow, partition: number): Promise<string> => {
    const out = new ByteWriter();
    const schema = await codec.fetchSchema(value);
    schema.writeJson(value, out, contract, prefixBytes, value.length, 'row');
    const place = JSON.stringify({ topic, partition, offset: Number(offset) });
    return `{"_kafka":${place},${out.written().toString().slice(1)}\n`;
  };

  const objects: TestObjects = {
    bucket: bucketName,
    group,
    file: (name) => bucket.file(name),
    async names() {
      const [files] = await bucket.getFiles();
      return files.map(({ name }) => name).sort();
    },
    async contents(partition, rows, format) {
      if (format === 'JSON') return gzipSync((await Promise.all(rows.map((row) => jsonOf(row, partition)))).join(''));
      return avroFile(contract, topic, partition, rows);
    },
    put: async (name, body, metadata) => {
      const file = bucket.file(name);
      await file.save(body, { resumable: false, contentType: 'application/gzip', metadata: { metadata } });
      const [{ crc32c }] = await file.getMetadata();
      if (metadata['crc32c'] === undefined) await file.setMetadata({ metadata: { ...metadata, crc32c: crc32c ?? '' } });
      return file;
    },
    async announce(file) {
      await events.producer.send(storedObject.topic, [await announcement(file)]);
    },
    async write({ perObject = 40, format = 'JSON' } = {}) {
      for (const [partition, records] of Map.groupBy(await kafka.records(topic), (record) => record.partition)) {
        const place = { topic, partition };
        const offsets = kafka.offsetsOf(group, [place]);
        // Read as a partition's owner reads it: only this is sure to see a recent commit.
        const from = await offsets.committed(place);
        const own = records.filter(({ offset }) => offset >= from);
        for (let at = 0; at < own.length; at += perObject) {
          const unit = own.slice(at, at + perObject);
          const rows = unit.flatMap(({ offset, value }) =>
            value !== null && value[0] === 0 ? [{ offset, value }] : [],
          );
          const first = unit.find(({ offset }) => offset === rows[0]?.offset);
          const next = (unit.at(-1)?.offset ?? 0n) + 1n;
          if (first === undefined) {
            await offsets.commit({ ...place, records: [], nextOffset: next });
            continue;
          }
          const name = objectName(
            contract,
            partition,
            { offset: first.offset, timeMs: first.timestampMs },
            format === 'JSON' ? 'json.gz' : 'avro',
          );
          const file = await objects.put(name, await objects.contents(partition, rows, format), {
            topic,
            partition: String(partition),
            'first-offset': String(first.offset),
            'last-offset': String(rows.at(-1)?.offset),
            records: String(rows.length),
            'schema-id': String(rows[0]?.value.readUInt32BE(1)),
            'schema-ids': String(rows[0]?.value.readUInt32BE(1)),
            format,
            'first-record': createHash('sha256').update(name).digest('hex').slice(0, 32),
          });
          await offsets.commit({
            ...place,
            records: [{ topic: storedObject.topic, ...(await announcement(file)) }],
            nextOffset: next,
          });
        }
        await offsets.close();
      }
    },
  };

  const announcement = async (file: StoredFile) => {
    const [{ metadata = {}, size, crc32c }] = await file.getMetadata();
    const event: StoredObject = {
      bucket: bucketName,
      name: file.name,
      topic,
      partition: Number(metadata['partition']),
      first_offset: Number(metadata['first-offset']),
      last_offset: Number(metadata['last-offset']),
      records: Number(metadata['records']),
      bytes: Number(size),
      crc32c: crc32c ?? '',
      format: metadata['format'] === 'AVRO' ? 'AVRO' : 'JSON',
      schema_id: Number(metadata['schema-id']),
      schema_ids: [Number(metadata['schema-id'])],
      created: new Date(),
      group,
    };
    return { key: eventKey(storedObject, event), value: encoder.encode(event), headers: { 'sluice-id': file.name } };
  };
  return objects;
}

function avroFile(contract: EventContract, topic: string, partition: number, rows: readonly TestRow[]): Buffer {
  const schema = { ...contract.schema, fields: [kafkaPlace, ...contract.schema.fields] };
  const container = containerWriter(JSON.stringify(schema), {});
  const parts = [container.header()];
  for (let at = 0; at < rows.length; at += 15) {
    const block = rows.slice(at, at + 15);
    const bodies = block.flatMap(({ offset, value }) => [
      text(topic),
      long(partition),
      long(offset),
      value.subarray(prefixBytes),
    ]);
    parts.push(container.block(Buffer.concat(bodies), block.length));
  }
  return Buffer.concat(parts);
}
