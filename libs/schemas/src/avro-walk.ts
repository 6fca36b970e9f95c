import { isUtf8 } from 'node:buffer';
import { MalformedAvro } from './json-transcoding.ts';

/** As deep as the transcoder goes. */
const maxDepth = 100;
/** Items that take no bytes, such as nulls, beyond those that the bytes could hold. */
const maxEmptyItems = 10_000;

/**
 * One pass over Avro bytes that only checks them, never beyond their end. Generated code calls the methods in the order of the schema. Reused for every
 * record.
 *
 * Encodings: https://avro.apache.org/docs/1.12.0/specification/#binary-encoding
 */
export class AvroWalk {
  #input: Buffer = Buffer.alloc(0);
  #position = 0;
  #end = 0;
  #size = 0;
  #depth = 0;
  #items = 0;
  /** Where the block that `block` has begun ends, by its own word; -1 where it does not say. */
  blockEnd = -1;

  begin(input: Buffer, from: number, to: number): void {
    // A place that was reckoned from a length in the bytes may be anywhere.
    if (from < 0 || from > to || to > input.length) throw new MalformedAvro('cut short');
    this.#input = input;
    this.#position = from;
    this.#end = to;
    this.#size = to - from;
    this.#depth = 0;
    this.#items = 0;
  }

  /** Where the walk has come to. */
  get position(): number {
    return this.#position;
  }

  enter(): void {
    if (++this.#depth > maxDepth) throw new MalformedAvro(`nested deeper than ${maxDepth} levels`);
  }

  leave(): void {
    this.#depth--;
  }

  skip(bytes: number): void {
    if (bytes > this.#end - this.#position) throw new MalformedAvro('cut short');
    this.#position += bytes;
  }

  boolean(): void {
    const at = this.#position;
    this.skip(1);
    if ((this.#input[at] as number) > 1) throw new MalformedAvro('a boolean that is neither 0 nor 1');
  }

  int(): void {
    const at = this.#position;
    this.long();
    const bytes = this.#position - at;
    if (bytes > 5 || (bytes === 5 && (this.#input[at + 4] as number) > 0x0f))
      throw new MalformedAvro('an int of more than 32 bits');
  }

  long(): void {
    const input = this.#input;
    const first = this.#position;
    const end = Math.min(this.#end, first + 10);
    let at = first;
    while (at < end) {
      const byte = input[at++] as number;
      if (byte >= 0x80) continue;
      if (at - first === 10 && byte > 1) break;
      this.#position = at;
      return;
    }
    throw new MalformedAvro(at - first === 10 ? 'a number of more than 64 bits' : 'cut short');
  }

  /** A zigzag varint that must be a number. */
  #integer(): number {
    const from = this.#position;
    this.long();
    const input = this.#input;
    let value = 0;
    for (let at = this.#position - 1; at >= from; at--) value = value * 128 + ((input[at] as number) & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER) throw new MalformedAvro('an impossible length');
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  bytes(): void {
    const length = this.#integer();
    if (length < 0) throw new MalformedAvro('a negative length');
    this.skip(length);
  }

  string(): void {
    const length = this.#integer();
    if (length < 0) throw new MalformedAvro('a negative length');
    const from = this.#position;
    this.skip(length);
    const input = this.#input;
    const to = this.#position;
    for (let at = from; at < to; at++) {
      if ((input[at] as number) < 0x80) continue;
      if (isUtf8(input.subarray(at, to))) return;
      throw new MalformedAvro('a string that is not UTF-8');
    }
  }

  /** An enum's symbol or a union's branch: one of `count`. */
  index(count: number): number {
    const index = this.#integer();
    if (index < 0 || index >= count) throw new MalformedAvro('an enum symbol or a union branch that the schema lacks');
    return index;
  }

  /** The count of an array's or map's next block: 0 ends it. Sets `blockEnd`. */
  block(): number {
    const count = this.#integer();
    this.blockEnd = -1;
    if (count < 0) {
      const size = this.#integer();
      if (size < 0 || size > this.#end - this.#position) throw new MalformedAvro('cut short');
      this.blockEnd = this.#position + size;
    }
    const items = Math.abs(count);
    this.#items += items;
    if (this.#items > this.#size + maxEmptyItems) throw new MalformedAvro('more items than bytes');
    return items;
  }

  /** Checks a block's own word about its size, which readers that skip rely on. @param end `blockEnd` as it was at its beginning */
  closeBlock(end: number): void {
    if (end !== -1 && end !== this.#position) throw new MalformedAvro('a block of another size than it says');
  }
}
