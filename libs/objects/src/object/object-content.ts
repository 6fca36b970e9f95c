import { ByteWriter } from '@sluice/avro';
import type { SinkRecord } from '@sluice/sink';
import { checksumText, crc32c } from '../encoding/crc32c.ts';
import type { RowEncoding } from '../encoding/row-encoding.ts';

/** Rows are compressed when there are so many bytes of them: with room for one more row, 64 KiB. More compresses hardly better. */
const blockBytes = 56 * 1024;
const firstTailBytes = 4 * 1024;
/** A tail that one huge row has made larger than this is not kept. */
const largestTailBytes = 128 * 1024;
/** Roughly the memory of a Buffer in addition to its bytes. */
const overheadBytes = 200;

/** The bytes of an object, whole. */
export interface Content {
  parts: readonly Buffer[];
  size: number;
  /** Base64 of the big-endian CRC-32C, as object stores state it. */
  crc32c: string;
}

/**
 * The content of an object that is being written: blocks that are compressed, and a short tail of rows that are not yet. Blocks are
 * compressed one at a time and in the caller's turn, which takes less than a millisecond each; no compressor outlives that.
 */
export class ObjectContent {
  readonly #encoding: RowEncoding;
  readonly #parts: Buffer[] = [];
  #checksum = 0;
  #size = 0;
  #tail = new ByteWriter(firstTailBytes);
  #tailRows = 0;
  #finished: Content | undefined;

  constructor(encoding: RowEncoding) {
    this.#encoding = encoding;
    this.#append(encoding.header());
  }

  /** What has been compressed. */
  get compressedBytes(): number {
    return this.#size;
  }

  /** The memory it takes. */
  get bytes(): number {
    return this.#size + this.#parts.length * overheadBytes + this.#tail.buffer.length;
  }

  /** @throws MalformedAvro when the record's bytes cannot be read; nothing has been added then */
  add(record: SinkRecord): void {
    const tail = this.#tail;
    const before = tail.length;
    try {
      this.#encoding.writeRow(record, tail);
    } catch (error) {
      tail.length = before;
      throw error;
    }
    this.#tailRows++;
    if (tail.length >= blockBytes) this.#compressTail();
  }

  /** Ends the object; nothing is added after that. Repeatable. */
  finish(): Content {
    if (this.#finished === undefined) {
      if (this.#tailRows > 0) this.#compressTail();
      this.#tail = new ByteWriter(0);
      this.#append(this.#encoding.end());
      this.#finished = { parts: this.#parts, size: this.#size, crc32c: checksumText(this.#checksum) };
    }
    return this.#finished;
  }

  #compressTail(): void {
    this.#append(this.#encoding.block(this.#tail.written(), this.#tailRows));
    this.#tailRows = 0;
    this.#tail.length = 0;
    if (this.#tail.buffer.length > largestTailBytes) this.#tail = new ByteWriter(firstTailBytes);
  }

  #append(part: Buffer): void {
    if (part.length === 0) return;
    this.#checksum = crc32c(part, this.#checksum);
    this.#size += part.length;
    this.#parts.push(exactly(part));
  }
}

/** The compressor gives views of buffers that are larger: those would be held for the bytes that they do not show. */
function exactly(part: Buffer): Buffer {
  if (part.buffer.byteLength <= part.length + overheadBytes) return part;
  const copy = Buffer.allocUnsafeSlow(part.length);
  part.copy(copy);
  return copy;
}
