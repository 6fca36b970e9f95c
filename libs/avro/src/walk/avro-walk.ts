import { isUtf8 } from 'node:buffer';

/** Avro bytes that do not fit their schema, or cannot be resolved to the reader's. The message says why, without contents. */
export class MalformedAvro extends Error {
  override readonly name = 'MalformedAvro';
}

/** Deeper nesting is refused, well before the stack overflows. */
const maxDepth = 100;
/** The most values in one record that take no bytes, such as nulls in an array: a few bytes could claim any number of them. */
const maxEmptyItems = 10_000;
/** Converting bytes to decimal digits takes quadratic time. No real number needs more bytes. */
const longestDecimal = 1024;
const noIndex = 'an enum symbol or a union branch that the schema lacks';
/** The digits of the longest decimal. */
export const mostDecimalDigits = 2466;

/**
 * One pass over Avro bytes, never beyond their end. Generated code calls the methods in the order of the schema; those whose names begin
 * with `skip` check a value and skip it. The transcoder and the decoder read by the same methods, so that a record gets the same verdict
 * from all. Reused for every record.
 *
 * Encodings: https://avro.apache.org/docs/1.12.0/specification/#binary-encoding
 */
export class AvroWalk {
  protected input: Buffer = Buffer.alloc(0);
  /** Where the next value begins. */
  position = 0;
  protected end = 0;
  #depth = 0;
  #emptyItems = 0;
  /** Where the current block claims to end; -1 if it does not state its size. */
  blockEnd = -1;

  /** Begins a pass over the bytes between `from` and `to`. */
  begin(input: Buffer, from: number, to: number): void {
    // A position computed from a length in the bytes may lie anywhere.
    if (from < 0 || from > to || to > input.length) throw new MalformedAvro('cut short');
    this.input = input;
    this.position = from;
    this.end = to;
    this.#depth = 0;
    this.#emptyItems = 0;
  }

  /** Checks that no bytes are left. */
  finish(): void {
    if (this.position !== this.end) throw new MalformedAvro(`${this.end - this.position} bytes follow the record`);
  }

  enter(): void {
    if (++this.#depth > maxDepth) throw new MalformedAvro(`nested deeper than ${maxDepth} levels`);
  }

  leave(): void {
    this.#depth--;
  }

  /** Counts values that take no bytes. */
  empty(items: number): void {
    this.#emptyItems += items;
    if (this.#emptyItems > maxEmptyItems)
      throw new MalformedAvro(`more than ${maxEmptyItems} values that take no bytes`);
  }

  /** The writer's value has no place in the reader's schema. */
  mismatch(problem: string): never {
    throw new MalformedAvro(problem);
  }

  /** Skips bytes. @returns where they begin */
  protected take(bytes: number): number {
    const at = this.position;
    if (bytes > this.end - at) throw new MalformedAvro('cut short');
    this.position = at + bytes;
    return at;
  }

  /** A zigzag varint of at most 64 bits. Beyond 2^53 it is a bigint, so that it stays exact. */
  integer(): number | bigint {
    const { input, end } = this;
    let at = this.position;
    let bits = 0;
    let shift = 0;
    for (; shift < 28; shift += 7) {
      if (at >= end) throw new MalformedAvro('cut short');
      const byte = input[at++] as number;
      bits |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.position = at;
        return (bits >>> 1) ^ -(bits & 1);
      }
    }
    let low = bits;
    let factor = 0x1000_0000;
    for (; shift < 49; shift += 7) {
      if (at >= end) throw new MalformedAvro('cut short');
      const byte = input[at++] as number;
      low += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) {
        this.position = at;
        return low % 2 === 0 ? low / 2 : -(low + 1) / 2;
      }
    }
    let wide = BigInt(low);
    for (let wideShift = 49n; ; wideShift += 7n) {
      if (at >= end) throw new MalformedAvro('cut short');
      const byte = input[at++] as number;
      if (wideShift === 63n && byte > 1) throw new MalformedAvro('a number of more than 64 bits');
      wide |= BigInt(byte & 0x7f) << wideShift;
      if (byte < 0x80) break;
    }
    this.position = at;
    const value = (wide >> 1n) ^ -(wide & 1n);
    return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
  }

  /** A zigzag varint of at most 32 bits, in at most five bytes. */
  int32(): number {
    const { input, end } = this;
    let at = this.position;
    let bits = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (at >= end) throw new MalformedAvro('cut short');
      const byte = input[at++] as number;
      if (shift === 28 && byte > 0x0f) break;
      bits |= (byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      this.position = at;
      return (bits >>> 1) ^ -(bits & 1);
    }
    throw new MalformedAvro('an int of more than 32 bits');
  }

  #natural(otherwise: string): number {
    const byte = this.input[this.position] as number;
    // Most take one byte: an even byte is twice the value, an odd one is negative.
    if (this.position < this.end && (byte & 0x81) === 0) {
      this.position++;
      return byte >> 1;
    }
    const value = this.integer();
    if (typeof value === 'bigint' || value < 0) throw new MalformedAvro(otherwise);
    return value;
  }

  /** A length: never negative, never more than a number can hold. */
  length(): number {
    return this.#natural('a negative or impossible length');
  }

  /** The length of a string whose UTF-8 has been checked. */
  textLength(): number {
    const from = this.utf8();
    const length = this.position - from;
    this.position = from;
    return length;
  }

  /** The size of a decimal in bytes, checked against the limit. */
  decimalSize(size: number): number {
    if (size > longestDecimal) throw new MalformedAvro(`a decimal of more than ${longestDecimal} bytes`);
    return size;
  }

  /** An enum's symbol or a union's branch: one of `count`. */
  index(count: number): number {
    const index = this.#natural(noIndex);
    if (index >= count) throw new MalformedAvro(noIndex);
    return index;
  }

  /** A time in another unit: `value` times ten to the `power`, rounded down. It must fit the reader's type. */
  scaled(value: number | bigint, power: number, bits: 32 | 64): number | bigint {
    const factor = 10 ** Math.abs(power);
    const inNumbers = power < 0 ? Math.floor(Number(value) / factor) : Number(value) * factor;
    if (typeof value === 'number' && Number.isSafeInteger(inNumbers) && (bits === 64 || (inNumbers | 0) === inNumbers))
      return inNumbers;
    const wide = power < 0 ? floorDiv(BigInt(value), BigInt(factor)) : BigInt(value) * BigInt(factor);
    if (BigInt.asIntN(bits, wide) !== wide) throw new MalformedAvro("a time beyond what the reader's type can hold");
    return Number.isSafeInteger(Number(wide)) ? Number(wide) : wide;
  }

  /** A whole number as a double. Beyond 2^53 it must be exact. */
  exactDouble(value: number | bigint): number {
    return typeof value === 'number' ? value : exact(value, Number(value));
  }

  /** A whole number as the nearest float. Beyond 2^53 it must be exact. */
  exactFloat(value: number | bigint): number {
    const float = Math.fround(Number(value));
    return typeof value === 'number' ? float : exact(value, float);
  }

  /** A uuid in 16 bytes, as text. */
  uuidOfBytes(): string {
    const at = this.take(16);
    const text = this.input.toString('hex', at, at + 16);
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
  }

  /** A uuid in text, where the reader has it in 16 bytes. */
  uuidOfText(): string {
    const text = this.input.toString('latin1', this.utf8(), this.position).toLowerCase();
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text))
      throw new MalformedAvro('a string that is not a uuid');
    return text;
  }

  /** A boolean: a byte that must be 0 or 1. */
  protected truth(): boolean {
    const byte = this.input[this.take(1)] as number;
    if (byte > 1) throw new MalformedAvro('a boolean that is neither 0 nor 1');
    return byte === 1;
  }

  /** Skips a string and checks its UTF-8. @returns where it begins */
  protected utf8(): number {
    const { input } = this;
    const from = this.take(this.length());
    const to = this.position;
    for (let at = from; at < to; at++) {
      if ((input[at] as number) < 0x80) continue;
      if (isUtf8(input.subarray(at, to))) return from;
      throw new MalformedAvro('a string that is not UTF-8');
    }
    return from;
  }

  /** The count of an array's or map's next block; 0 ends the array or map. Sets `blockEnd`. */
  block(): number {
    const count = this.integer();
    this.blockEnd = -1;
    if (typeof count === 'bigint') throw new MalformedAvro('an impossible count');
    if (count >= 0) return count;
    const size = this.length();
    if (size > this.end - this.position) throw new MalformedAvro('cut short');
    this.blockEnd = this.position + size;
    return -count;
  }

  /** Like `block`, for items that take no bytes, whose number the bytes do not bound. */
  emptyBlock(): number {
    const items = this.block();
    this.empty(items);
    return items;
  }

  /** Checks the size that a block states, because readers that skip blocks rely on it. @param end `blockEnd` when the block began */
  closeBlock(end: number): void {
    if (end !== -1 && end !== this.position) throw new MalformedAvro('a block of another size than it states');
  }

  skip(bytes: number): void {
    this.take(bytes);
  }

  skipBoolean(): void {
    this.truth();
  }

  skipInt(): void {
    this.int32();
  }

  skipLong(): void {
    const { input } = this;
    const first = this.position;
    const end = Math.min(this.end, first + 10);
    let at = first;
    while (at < end) {
      const byte = input[at++] as number;
      if (byte >= 0x80) continue;
      if (at - first === 10 && byte > 1) break;
      this.position = at;
      return;
    }
    throw new MalformedAvro(at - first === 10 ? 'a number of more than 64 bits' : 'cut short');
  }

  skipBytes(): void {
    this.take(this.length());
  }

  skipString(): void {
    this.utf8();
  }
}

function floorDiv(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value < 0n && quotient * divisor !== value ? quotient - 1n : quotient;
}

function exact(value: bigint, real: number): number {
  if (BigInt(real) !== value)
    throw new MalformedAvro("a whole number beyond 2^53 that the reader's floating point cannot hold");
  return real;
}
