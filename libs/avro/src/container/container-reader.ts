import { inflateRawSync } from 'node:zlib';
import type { AvroSchema } from '../schema/avro-schema.ts';
import { MalformedAvro } from '../walk/avro-walk.ts';
import { ChunkedInput } from './chunked-input.ts';
import { codecKey, magic, markerBytes, schemaKey } from './container-format.ts';

/** No block of a sane writer comes near it, and damaged bytes may claim any size. */
const largestBlock = 128 * 1024 * 1024;

/** An Avro container file whose header has been read. */
export interface ContainerFile {
  readonly schema: AvroSchema;
  /** The same, as it is in the file. */
  readonly schemaText: string;
  /** Reads the blocks once, holding one at a time. @throws MalformedAvro when the file is damaged */
  blocks(): AsyncGenerator<ContainerBlock>;
}

interface ContainerBlock {
  /** How many rows it claims to have: never negative. */
  readonly count: number;
  /** The rows, one after another. @throws MalformedAvro when they cannot be unpacked */
  unpack(): Buffer;
}

/**
 * Reads an Avro container file: https://avro.apache.org/docs/1.12.0/specification/#object-container-files
 *
 * @throws MalformedAvro when the file is not one, or its blocks are compressed with anything but deflate; and any error of `file`
 */
export async function readContainer(file: AsyncIterable<Buffer>): Promise<ContainerFile> {
  const input = new ChunkedInput(file, largestBlock);
  if (!(await input.bytes(magic.length)).equals(magic)) throw new MalformedAvro('not an Avro container file');
  const metadata = await readMetadata(input);
  const marker = Buffer.from(await input.bytes(markerBytes));
  const codec = metadata.get(codecKey)?.toString() ?? 'null';
  if (codec !== 'null' && codec !== 'deflate')
    throw new MalformedAvro(`compressed with ${codec}, which is neither null nor deflate`);
  const schemaText = metadata.get(schemaKey)?.toString() ?? '';
  return { schema: parsedSchema(schemaText), schemaText, blocks: () => blocks(input, codec, marker) };
}

async function readMetadata(input: ChunkedInput): Promise<Map<string, Buffer>> {
  const entries = new Map<string, Buffer>();
  for (let count = await input.long(); count !== 0; count = await input.long()) {
    // A negative count is followed by the size of the block.
    if (count < 0) await input.long();
    for (let n = Math.abs(count); n > 0; n--) {
      const key = (await input.bytes(await input.long())).toString();
      entries.set(key, await input.bytes(await input.long()));
    }
  }
  return entries;
}

function parsedSchema(text: string): AvroSchema {
  try {
    return JSON.parse(text) as AvroSchema;
  } catch {
    throw new MalformedAvro('its schema is not JSON');
  }
}

async function* blocks(input: ChunkedInput, codec: string, marker: Buffer): AsyncGenerator<ContainerBlock> {
  while (!(await input.isAtEnd())) {
    const count = await input.long();
    if (count < 0) throw new MalformedAvro('an impossible count of rows');
    const packed = await input.bytes(await input.long());
    if (!(await input.bytes(markerBytes)).equals(marker))
      throw new MalformedAvro('a block that does not end with its marker');
    yield { count, unpack: () => (codec === 'deflate' ? inflated(packed) : packed) };
  }
}

function inflated(packed: Buffer): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: largestBlock });
  } catch (cause) {
    throw new MalformedAvro('a block that cannot be unpacked', { cause });
  }
}
