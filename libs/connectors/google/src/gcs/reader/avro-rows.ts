import type { Readable } from 'node:stream';
import { inflateRawSync } from 'node:zlib';
import {
  compileSkip,
  compileTranscoder,
  MalformedAvro,
  readLong,
  type AvroRecord,
  type AvroSchema,
  type AvroSkip,
  type Transcoder,
} from '@sluice/schemas';
import { describeError } from '@sluice/telemetry';
import { UnreadableObject, type StoredRow } from './stored-row.ts';

const syncBytes = 16;
/** No block of the sink comes near it, so a larger size means damage. */
const largestBlock = 128 * 1024 * 1024;

/**
 * The rows of an Avro container file (https://avro.apache.org/docs/1.12.0/specification/#object-container-files): records whose first
 * field is `_kafka`. Holds a block at a time.
 *
 * @throws UnreadableObject
 */
export async function* avroRows(file: Readable): AsyncGenerator<StoredRow> {
  const input = new BlockInput(file);
  try {
    const { schema, codec, sync } = await header(input);
    const { skipBody, transcode } = bodyOf(schema);
    while (!(await input.isAtEnd())) {
      const count = await input.long();
      const size = await input.long();
      if (count < 0 || size < 0 || size > largestBlock) throw new UnreadableObject('a block has an impossible size');
      const packed = await input.bytes(size);
      const block = codec === 'deflate' ? inflateRawSync(packed, { maxOutputLength: largestBlock }) : packed;
      if (!(await input.bytes(syncBytes)).equals(sync))
        throw new UnreadableObject('a block does not end with its marker');
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
    if (error instanceof MalformedAvro || isZlibError(error)) throw new UnreadableObject(describeError(error));
    throw error;
  }
}

const isZlibError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(Z_|ERR_BUFFER_TOO_LARGE)/.test(String(error.code));

async function header(input: BlockInput): Promise<{ schema: AvroSchema; codec: string; sync: Buffer }> {
  if (!(await input.bytes(4)).equals(Buffer.from('Obj\u0001')))
    throw new UnreadableObject('it is not an Avro container file');
  const entries = new Map<string, Buffer>();
  for (let count = await input.long(); count !== 0; count = await input.long()) {
    if (count < 0) await input.long();
    for (let n = Math.abs(count); n > 0; n--) {
      const key = (await input.bytes(await input.long())).toString();
      entries.set(key, Buffer.from(await input.bytes(await input.long())));
    }
  }
  const codec = entries.get('avro.codec')?.toString() ?? 'null';
  if (codec !== 'null' && codec !== 'deflate')
    throw new UnreadableObject(`its codec ${codec} is neither null nor deflate`);
  const sync = Buffer.from(await input.bytes(syncBytes));
  try {
    return { schema: JSON.parse(entries.get('avro.schema')?.toString() ?? '') as AvroSchema, codec, sync };
  } catch {
    throw new UnreadableObject('its schema is not JSON');
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
    transcode: (...args) => (transcode ??= compileTranscoder(body, [], undefined, 'row'))(...args),
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

/** Takes pieces of wanted sizes from a stream. What it gives is good until the next call. */
class BlockInput {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  async isAtEnd(): Promise<boolean> {
    return !(await this.#fill(1));
  }

  async bytes(count: number): Promise<Buffer> {
    if (count < 0 || count > largestBlock) throw new UnreadableObject('a size in it is impossible');
    if (!(await this.#fill(count))) throw new UnreadableObject('it ends in the middle');
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  async long(): Promise<number> {
    // A number ends with the first byte below 128.
    for (let length = 1; length <= 10; length++) {
      if (!(await this.#fill(length))) throw new UnreadableObject('it ends in the middle');
      if ((this.#held[length - 1] ?? 0) >= 0x80) continue;
      const { value, to } = readLong(this.#held, 0);
      this.#held = this.#held.subarray(to);
      return Number(value);
    }
    throw new UnreadableObject('a number in it has too many bytes');
  }

  /** @returns whether so many bytes are there */
  async #fill(count: number): Promise<boolean> {
    const parts = [this.#held];
    let length = this.#held.length;
    while (length < count) {
      const { value, done } = await this.#chunks.next();
      if (done === true) break;
      parts.push(value);
      length += value.length;
    }
    if (parts.length > 1) this.#held = Buffer.concat(parts, length);
    return length >= count;
  }
}
