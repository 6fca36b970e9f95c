import { ByteWriter } from './byte-writer.ts';
import { DateText } from './date-text.ts';
import { escapeByte, sequenceLength } from './json-string.ts';
import { jsonText } from './json-text.ts';

/** Avro bytes that do not fit their schema: cut short, or with lengths or counts that cannot be. */
export class MalformedAvro extends Error {
  override readonly name = 'MalformedAvro';
}

/** A record's JSON may grow no larger: values that take no bytes (null) could otherwise make much of little. */
const maxJsonBytes = 64 * 1024 * 1024;
/** Items of arrays that take no bytes (nulls), of which a few bytes may claim any number. */
const maxEmptyItems = 10_000;
/** Deeper nesting is refused before the stack runs out. */
const maxDepth = 100;

/** Converting bytes to decimal digits takes time in the square of their number: this is ample for any real number. */
const longestDecimal = 1024;
/** The digits of the longest decimal. */
export const mostDecimalDigits = 2466;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const [nullText, trueText, falseText] = [Buffer.from('null'), Buffer.from('true'), Buffer.from('false')];
const replacement = [0xef, 0xbf, 0xbd];

/**
 * One pass over Avro bytes that writes JSON bytes, with no objects in between. Generated code calls the methods in the order of
 * the schema; each reads its Avro value and appends the JSON text. Reused for every record.
 *
 * Encodings: https://avro.apache.org/docs/1.12.0/specification/#binary-encoding
 */
export class JsonTranscoding {
  #input: Buffer = Buffer.alloc(0);
  #position = 0;
  #end = 0;
  #depth = 0;
  #items = 0;
  #start = 0;
  #out = new ByteWriter(0);
  readonly #dates = new DateText();

  /** Begins with one record's Avro body, between `from` and `to`; `out` is appended to. */
  begin(input: Buffer, out: ByteWriter, from: number, to: number): void {
    this.#input = input;
    this.#position = from;
    this.#end = to;
    this.#depth = 0;
    this.#items = 0;
    this.#out = out;
    this.#start = out.length;
  }

  /** Checks that nothing is left over. */
  finish(): void {
    this.#checkSize();
    if (this.#position !== this.#end) throw new MalformedAvro(`${this.#end - this.#position} bytes follow the record`);
  }

  enter(): void {
    if (++this.#depth > maxDepth) throw new MalformedAvro(`nested deeper than ${maxDepth} levels`);
  }

  leave(): void {
    this.#depth--;
  }

  /** Makes room; refuses a record that grows past all measure. */
  #reserve(bytes: number): void {
    const out = this.#out;
    if (out.length + bytes <= out.buffer.length) return;
    this.#checkSize();
    out.reserve(bytes);
  }

  /** Counts what is written, not the room that is asked for: whether a record passes must not depend on the size of `out`. */
  #checkSize(): void {
    if (this.#out.length - this.#start > maxJsonBytes)
      throw new MalformedAvro(`its JSON is larger than ${maxJsonBytes} bytes`);
  }

  #take(bytes: number): number {
    const at = this.#position;
    if (bytes > this.#end - at) throw new MalformedAvro('cut short');
    this.#position = at + bytes;
    return at;
  }

  /** Appends constant bytes: braces, field names. */
  literal(bytes: Uint8Array): void {
    const { length } = bytes;
    this.#reserve(length);
    const out = this.#out;
    const { buffer } = out;
    let to = out.length;
    for (let from = 0; from < length; from++) buffer[to++] = bytes[from] as number;
    out.length = to;
  }

  /** Appends text that needs no escaping. */
  #ascii(text: string): void {
    this.#reserve(text.length);
    this.#out.length += this.#out.buffer.write(text, this.#out.length, 'latin1');
  }

  #quoted(text: string): void {
    this.#ascii(`"${text}"`);
  }

  /** A zigzag varint as a number where it is below 2^53 in size, else exactly, as a bigint. */
  #integer(): number | bigint {
    const input = this.#input;
    const end = this.#end;
    let at = this.#position;
    let bits = 0;
    let shift = 0;
    for (; shift < 28; shift += 7) {
      if (at >= end) throw new MalformedAvro('cut short');
      const byte = input[at++] as number;
      bits |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.#position = at;
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
        this.#position = at;
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
    this.#position = at;
    const value = (wide >> 1n) ^ -(wide & 1n);
    return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
  }

  /** A length or a count: never negative, never more than a number can hold. */
  #length(): number {
    const length = this.#integer();
    if (typeof length === 'bigint' || length < 0) throw new MalformedAvro('a negative or impossible length');
    return length;
  }

  #number(value: number | bigint): void {
    if (typeof value === 'bigint') this.#ascii(value.toString());
    else if (value >= 0 && value < 0x1_0000_0000) this.#unsigned(value);
    else this.#ascii(String(value));
  }

  /** Digits of an unsigned 32-bit integer. */
  #unsigned(value: number): void {
    this.#reserve(10);
    const out = this.#out;
    const { buffer } = out;
    const digits =
      value < 10
        ? 1
        : value < 100
          ? 2
          : value < 1e3
            ? 3
            : value < 1e4
              ? 4
              : value < 1e5
                ? 5
                : value < 1e6
                  ? 6
                  : value < 1e7
                    ? 7
                    : value < 1e8
                      ? 8
                      : value < 1e9
                        ? 9
                        : 10;
    let at = out.length + digits;
    out.length = at;
    let rest = value >>> 0;
    do {
      const tens = (rest / 10) >>> 0;
      buffer[--at] = 0x30 + (rest - tens * 10);
      rest = tens;
    } while (rest > 0);
  }

  null(): void {
    this.literal(nullText);
  }

  boolean(): void {
    this.literal(this.#input[this.#take(1)] === 0 ? falseText : trueText);
  }

  int(): void {
    this.#number(this.#integer());
  }

  long(): void {
    this.#number(this.#integer());
  }

  float(): void {
    this.#real(this.#input.readFloatLE(this.#take(4)));
  }

  double(): void {
    this.#real(this.#input.readDoubleLE(this.#take(8)));
  }

  /** NaN and the infinities, which JSON lacks, become null. */
  #real(value: number): void {
    if (Object.is(value, -0)) this.#ascii('-0');
    else this.#ascii(Number.isFinite(value) ? String(value) : 'null');
  }

  /** A UTF-8 string. Each byte that is not valid UTF-8 becomes U+FFFD, so that the JSON is valid whatever the input. */
  string(): void {
    const bytes = this.#length();
    const from = this.#take(bytes);
    // The worst case is a control character: six bytes for one.
    this.#reserve(bytes * 6 + 2);
    const { buffer } = this.#out;
    const input = this.#input;
    const end = from + bytes;
    let to = this.#out.length;
    buffer[to++] = quote;
    for (let at = from; at < end;) {
      const byte = input[at] as number;
      if (byte < 0x80) {
        at++;
        if (byte >= 0x20 && byte !== quote && byte !== backslash) buffer[to++] = byte;
        else to = escapeByte(byte, buffer, to);
        continue;
      }
      const length = sequenceLength(input, at, end);
      if (length === 0) {
        at++;
        for (const part of replacement) buffer[to++] = part;
      } else {
        for (const next = at + length; at < next; at++) buffer[to++] = input[at] as number;
      }
    }
    buffer[to++] = quote;
    this.#out.length = to;
  }

  /** A string that holds JSON, as that JSON: see `jsonText`. */
  json(): void {
    const bytes = this.#length();
    const from = this.#take(bytes);
    const text = jsonText(this.#input.toString('utf8', from, from + bytes));
    this.#reserve(text.length * 3);
    this.#out.length += this.#out.buffer.write(text, this.#out.length);
  }

  /** Bytes as base64. */
  bytes(): void {
    const length = this.#length();
    this.#base64(length);
  }

  fixed(size: number): void {
    this.#base64(size);
  }

  #base64(length: number): void {
    const at = this.#take(length);
    this.#quoted(this.#input.toString('base64', at, at + length));
  }

  /** An enum's symbol, already quoted. */
  enumeration(symbols: readonly (Uint8Array | undefined)[]): void {
    const symbol = symbols[this.#length()];
    if (symbol === undefined) throw new MalformedAvro('an enum value that has no symbol here');
    this.literal(symbol);
  }

  /** The branch of a union; the generated code has a case for each, so `branches` bounds it. */
  branch(branches: number): number {
    const index = this.#length();
    if (index >= branches) throw new MalformedAvro('a union branch that the schema does not have');
    return index;
  }

  /** The count of an array's or map's next block: 0 ends it. */
  blockCount(): number {
    const count = this.#integer();
    if (typeof count === 'bigint') throw new MalformedAvro('an impossible count');
    // A negative count is followed by the block's size in bytes, for readers that skip.
    if (count < 0) this.#length();
    const items = Math.abs(count);
    this.#countItems(items);
    return items;
  }

  #countItems(items: number): void {
    this.#items += items;
    if (this.#items > this.#end + maxEmptyItems) throw new MalformedAvro('more items than bytes');
  }

  open(bracket: number): void {
    this.#reserve(2);
    this.#out.buffer[this.#out.length++] = bracket;
  }

  /** Closes an array or map; the comma after its last item is overwritten. */
  close(bracket: number): void {
    this.#reserve(1);
    const out = this.#out;
    if (out.buffer[out.length - 1] === comma) out.length--;
    out.buffer[out.length++] = bracket;
  }

  itemEnd(): void {
    this.#reserve(1);
    this.#checkSize();
    this.#out.buffer[this.#out.length++] = comma;
  }

  /** What the writer wrote has no place in the reader's schema. */
  mismatch(problem: string): never {
    throw new MalformedAvro(problem);
  }

  skip(bytes: number): void {
    this.#take(bytes);
  }

  skipInteger(): void {
    this.#integer();
  }

  skipBytes(): void {
    this.#take(this.#length());
  }

  /** The count of the next block whose items must be skipped one by one; blocks that tell their size are passed at once. */
  skipBlock(): number {
    for (;;) {
      const count = this.#integer();
      if (typeof count === 'bigint') throw new MalformedAvro('an impossible count');
      if (count >= 0) {
        this.#countItems(count);
        return count;
      }
      this.#take(this.#length());
    }
  }

  /** A whole number where the reader has a double. */
  integerAsDouble(): void {
    this.#real(Number(this.#integer()));
  }

  integerAsFloat(): void {
    this.#real(Math.fround(Number(this.#integer())));
  }

  /** Days since the epoch as `YYYY-MM-DD`. */
  date(): void {
    this.#text(this.#dates.date(this.#integer()));
  }

  /** Time of day as `HH:MM:SS.sss`, with six digits for micros. */
  timeOfDay(digits: 3 | 6): void {
    this.#text(this.#dates.timeOfDay(this.#integer(), digits));
  }

  /** A timestamp of milliseconds, the common case: as `timestamp(3, 'Z')`, digit by digit. */
  timestampMillis(): void {
    const millis = this.#integer();
    const dates = this.#dates;
    if (typeof millis === 'bigint' || !dates.moveTo(millis)) return this.#number(millis);
    this.#reserve(26);
    const out = this.#out;
    const { buffer } = out;
    let at = out.length;
    buffer[at++] = quote;
    for (let index = 0; index < 11; index++) buffer[at++] = dates.prefix[index] as number;
    const rest = dates.millisOfDay;
    const seconds = (rest / 1000) | 0;
    at = twoDigits(buffer, at, (seconds / 3600) | 0);
    buffer[at++] = colon;
    at = twoDigits(buffer, at, ((seconds / 60) | 0) % 60);
    buffer[at++] = colon;
    at = twoDigits(buffer, at, seconds % 60);
    buffer[at++] = 0x2e;
    const fraction = rest - seconds * 1000;
    buffer[at++] = 0x30 + ((fraction / 100) | 0);
    at = twoDigits(buffer, at, fraction % 100);
    buffer[at++] = 0x5a;
    buffer[at++] = quote;
    out.length = at;
  }

  /** An instant as ISO 8601 in UTC with 3, 6 or 9 digits; a local timestamp has no Z. */
  timestamp(digits: 3 | 6 | 9, zone: '' | 'Z'): void {
    this.#text(this.#dates.timestamp(this.#integer(), digits, zone));
  }

  /** Text is quoted; a number out of the calendar's range stays a number. */
  #text(value: string | number | bigint): void {
    if (typeof value === 'string') this.#quoted(value);
    else this.#number(value);
  }

  /** A decimal as a JSON string, exact: `"-12.50"`. The unscaled value is big-endian two's complement. */
  decimalBytes(scale: number): void {
    this.#decimal(this.#length(), scale);
  }

  decimalFixed(size: number, scale: number): void {
    this.#decimal(size, scale);
  }

  #decimal(length: number, scale: number): void {
    if (length > longestDecimal) throw new MalformedAvro(`a decimal of more than ${longestDecimal} bytes`);
    const at = this.#take(length);
    const text = this.#input.toString('hex', at, at + length);
    const unscaled = length === 0 ? 0n : BigInt.asIntN(length * 8, BigInt(`0x${text}`));
    const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
    const sign = unscaled < 0n ? '-' : '';
    this.#quoted(scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`);
  }

  /** A uuid in 16 bytes, as text. */
  uuidFixed(): void {
    const at = this.#take(16);
    const text = this.#input.toString('hex', at, at + 16);
    this.#quoted(
      [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-'),
    );
  }

  /** Months, days and milliseconds (three little-endian 32-bit numbers) as an ISO 8601 duration: `P1M2DT3.004S`. */
  duration(): void {
    const at = this.#take(12);
    const months = this.#input.readUInt32LE(at);
    const days = this.#input.readUInt32LE(at + 4);
    const millis = this.#input.readUInt32LE(at + 8);
    this.#quoted(`P${months}M${days}DT${Math.floor(millis / 1000)}.${String(millis % 1000).padStart(3, '0')}S`);
  }
}

function twoDigits(buffer: Buffer, at: number, value: number): number {
  const tens = (value / 10) | 0;
  buffer[at] = 0x30 + tens;
  buffer[at + 1] = 0x30 + (value - tens * 10);
  return at + 2;
}
