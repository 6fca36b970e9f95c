import type { Readable } from 'node:stream';
import {
  compileSkip,
  compileTranscoder,
  MalformedAvro,
  readContainer,
  readLong,
  type AvroRecord,
  type AvroSchema,
  type AvroSkip,
  type Transcoder,
} from '@sluice/avro';
import { jsonRules } from '@sluice/contracts';
import { describeError } from '@sluice/telemetry';
import { UnreadableObject, type StoredRow } from './stored-row.ts';

/**
 * The rows of an Avro container file: records whose first field is `_kafka`. Holds a block at a time.
 *
 * @throws UnreadableObject
 */
export async function* avroRows(file: Readable): AsyncGenerator<StoredRow> {
  try {
    const container = await readContainer(file);
    const { skipBody, transcode } = bodyOf(container.schema);
    for await (const { count, unpack } of container.blocks()) {
      const block = unpack();
      let at = 0;
      for (let row = 0; row < count; row++) {
        const place = placeAt(block, at);
        at = skipBody(block, place.end);
        const { topic, partition, offset, end } = place;
        yield { topic, partition, offset, contents: { format: 'AVRO', avro: block.subarray(end, at), transcode } };
      }
      if (at !== block.length) throw new UnreadableObject('a block has bytes that belong to no row');
    }
  } catch (error) {
    if (error instanceof MalformedAvro) throw new UnreadableObject(describeError(error));
    throw error;
  }
}

/** The record without its first field, which must be `_kafka`. */
function bodyOf(schema: AvroSchema): { skipBody: AvroSkip; transcode: Transcoder } {
  if (!isRecord(schema) || schema.fields[0]?.name !== '_kafka')
    throw new UnreadableObject('its schema is not a record that begins with a _kafka');
  const body: AvroRecord = { ...schema, fields: schema.fields.slice(1) };
  let transcode: Transcoder | undefined;
  return {
    skipBody: compileSkip(body),
    // Needed only where the bytes are not those of the record.
    transcode: (...args) => (transcode ??= compileTranscoder(body, [], undefined, jsonRules('row')))(...args),
  };
}

const isRecord = (schema: AvroSchema): schema is AvroRecord =>
  typeof schema === 'object' && 'type' in schema && schema.type === 'record' && 'fields' in schema;

/** `_kafka`: topic string, partition int, offset long. */
function placeAt(block: Buffer, at: number): { topic: string; partition: number; offset: bigint; end: number } {
  const { value: length, to: from } = readLong(block, at);
  const to = from + Number(length);
  if (length < 0 || to > block.length) throw new MalformedAvro('a topic extends beyond the end of its block');
  const partition = readLong(block, to);
  const offset = readLong(block, partition.to);
  return {
    topic: block.toString('utf8', from, to),
    partition: Number(partition.value),
    offset: offset.value,
    end: offset.to,
  };
}
