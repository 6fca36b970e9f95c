import { expect } from 'vitest';
import type { AvroSchema } from '../schema/avro-schema.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { plainJson } from '../json/json-rules.ts';
import { compileTranscoder, MalformedAvro } from '../json/transcoder.ts';

const knownFields = { ...plainJson, keepsUnknown: false };

/** The JSON of a writer's bytes in a reader's form, without what the reader does not know. */
export function json(
  writer: AvroSchema,
  reader: AvroSchema,
  avro: Uint8Array,
  references: readonly AvroSchema[] = [],
): string {
  const out = new ByteWriter(8);
  compileTranscoder(writer, references, reader, knownFields)(Buffer.from(avro), out);
  return out.written().toString();
}

/** What is said of a record that cannot be resolved; the output must be as it was. */
export function refusal(writer: AvroSchema, reader: AvroSchema, avro: Uint8Array): string {
  const transcode = compileTranscoder(writer, [], reader, knownFields);
  const out = new ByteWriter();
  out.text('before');
  try {
    transcode(Buffer.from(avro), out);
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedAvro);
    expect(out.written().toString()).toBe('before');
    return error instanceof Error ? error.message : '';
  }
  throw new Error('nothing was refused');
}
