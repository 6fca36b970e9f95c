import { randomBytes } from 'node:crypto';
import { deflateRawSync, type ZlibOptions } from 'node:zlib';
import { writeLong } from '../bytes/avro-long.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { codecKey, magic, markerBytes, schemaKey } from './container-format.ts';

/** Gives the bytes of a container file part by part: the header, then blocks. It holds no rows. */
export interface ContainerWriter {
  header(): Buffer;
  /** @param rows the Avro of `count` rows, one after another; used during the call only */
  block(rows: Buffer, count: number): Buffer;
}

/**
 * Writes an Avro container file.
 *
 * @param schema the schema of the rows as JSON; all types that it refers to are defined in it
 * @param deflate how blocks are compressed; without it, they are not
 */
export function containerWriter(schema: string, deflate?: ZlibOptions): ContainerWriter {
  const marker = randomBytes(markerBytes);
  return {
    header() {
      const out = new ByteWriter(schema.length + 100);
      out.bytes(magic);
      writeLong(2, out);
      for (const text of [schemaKey, schema, codecKey, deflate === undefined ? 'null' : 'deflate'])
        writeBytes(Buffer.from(text), out);
      writeLong(0, out);
      out.bytes(marker);
      return out.written();
    },
    block(rows, count) {
      const packed = deflate === undefined ? rows : deflateRawSync(rows, deflate);
      const head = new ByteWriter(20);
      writeLong(count, head);
      writeLong(packed.length, head);
      return Buffer.concat([head.written(), packed, marker]);
    },
  };
}

function writeBytes(bytes: Buffer, out: ByteWriter): void {
  writeLong(bytes.length, out);
  out.bytes(bytes);
}
