/**
 * A growing buffer, meant to be reused: set `length` to 0 and write again. Growing replaces `buffer`, so read it after writing, and copy
 * what must outlive the next write.
 */
export class ByteWriter {
  buffer: Buffer;
  length = 0;

  constructor(initialBytes = 64 * 1024) {
    this.buffer = Buffer.allocUnsafe(initialBytes);
  }

  /** Makes room for `bytes` more; afterwards `buffer` has at least `length + bytes`. */
  reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }

  /** Appends bytes. */
  bytes(bytes: Uint8Array): void {
    const { length } = bytes;
    this.reserve(length);
    // For a few bytes a loop is faster than a call of `set`.
    if (length > 32) this.buffer.set(bytes, this.length);
    else for (let at = 0; at < length; at++) this.buffer[this.length + at] = bytes[at] as number;
    this.length += length;
  }

  /** Appends a part of a buffer. */
  range(bytes: Buffer, from: number, to: number): void {
    this.reserve(to - from);
    this.length += bytes.copy(this.buffer, this.length, from, to);
  }

  /** Appends text as UTF-8. */
  text(text: string): void {
    this.reserve(text.length * 3);
    this.length += this.buffer.write(text, this.length);
  }

  /** Appends one byte. */
  byte(byte: number): void {
    this.reserve(1);
    this.buffer[this.length++] = byte;
  }

  /** The bytes written so far: a view that the next write may overwrite. */
  written(): Buffer {
    return this.buffer.subarray(0, this.length);
  }
}
