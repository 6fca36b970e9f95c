import { AvroWalk, MalformedAvro } from '../walk/avro-walk.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { DateText } from './date-text.ts';
import { escapeByte, sequenceLength } from './json-string.ts';
import { jsonText } from './json-text.ts';
import type { Substitution, Substitutions, ValuePlace } from '../resolution/substitution.ts';

/** The limit of a record's JSON: a few bytes of values that take none (null) could otherwise become any amount of JSON. */
const maxJsonBytes = 64 * 1024 * 1024;
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const [nullText, trueText, falseText] = [Buffer.from('null'), Buffer.from('true'), Buffer.from('false')];

/**
 * One pass over Avro bytes that writes JSON bytes, with no objects in between. Generated code calls the methods in the order of the schema;
 * each reads an Avro value, or takes it as an argument, and appends its JSON. Reused for every record.
 */
export class JsonTranscoding extends AvroWalk {
  #start = 0;
  #out = new ByteWriter(0);
  #eventTimeMs = Number.NaN;
  #substitutions: Map<Substitution, number> | undefined;
  readonly #dates = new DateText();

  /** Begins a record, whose Avro body lies between `from` and `to`; its JSON is appended to `out`. */
  write(input: Buffer, out: ByteWriter, from: number, to: number, eventTimeMs = Number.NaN): void {
    this.begin(input, from, to);
    this.#eventTimeMs = eventTimeMs;
    this.#out = out;
    this.#start = out.length;
    this.#substitutions = undefined;
  }

  /** What could not be written exactly in this record; undefined if nothing, as in nearly all records. */
  get substitutions(): Substitutions | undefined {
    return this.#substitutions;
  }

  #substitute(substitution: Substitution): void {
    const counts = (this.#substitutions ??= new Map());
    counts.set(substitution, (counts.get(substitution) ?? 0) + 1);
  }

  override finish(): void {
    this.#checkSize();
    super.finish();
  }

  /** Makes room; refuses a record whose JSON grows too large. */
  #reserve(bytes: number): void {
    const out = this.#out;
    if (out.length + bytes <= out.buffer.length) return;
    this.#checkSize();
    out.reserve(bytes);
  }

  /** Counts the bytes written, not those reserved: whether a record passes must not depend on the size of `out`. */
  #checkSize(): void {
    if (this.#out.length - this.#start > maxJsonBytes)
      throw new MalformedAvro(`its JSON is larger than ${maxJsonBytes} bytes`);
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

  /** Text that needs no escaping, in quotes. */
  quoted(text: string): void {
    this.#ascii(`"${text}"`);
  }

  /** A whole number. */
  number(value: number | bigint): void {
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
    this.literal(this.truth() ? trueText : falseText);
  }

  /**
   * A whole number in a row: beyond 2^53 it is text, as BigQuery asks for.
   * https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-json#limitations
   */
  numberOfRow(value: number | bigint): void {
    if (typeof value === 'bigint') this.quoted(value.toString());
    else this.number(value);
  }

  float(place: ValuePlace): void {
    this.real(this.input.readFloatLE(this.take(4)), place);
  }

  double(place: ValuePlace): void {
    this.real(this.input.readDoubleLE(this.take(8)), place);
  }

  /** NaN and the infinities, which JSON lacks, are written as text. */
  real(value: number, { notFinite }: ValuePlace): void {
    if (!Number.isFinite(value)) {
      this.#substitute(notFinite);
      this.quoted(String(value));
    } else this.#ascii(Object.is(value, -0) ? '-0.0' : String(value));
  }

  /** A UTF-8 string. */
  string(): void {
    const bytes = this.length();
    const from = this.take(bytes);
    // The worst case is a control character: six bytes for one.
    this.#reserve(bytes * 6 + 2);
    const { buffer } = this.#out;
    const { input } = this;
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
      if (length === 0) throw new MalformedAvro('a string that is not UTF-8');
      for (const next = at + length; at < next; at++) buffer[to++] = input[at] as number;
    }
    buffer[to++] = quote;
    this.#out.length = to;
  }

  /** A string that holds JSON, as that JSON: see `jsonText`. */
  json(): void {
    const text = jsonText(this.input.toString('utf8', this.utf8(), this.position));
    this.#reserve(text.length * 3);
    this.#out.length += this.#out.buffer.write(text, this.#out.length);
  }

  /** Bytes as base64. */
  bytes(length: number): void {
    const at = this.take(length);
    this.quoted(this.input.toString('base64', at, at + length));
  }

  /** An enum's symbol, already quoted. */
  enumeration(symbols: readonly (Uint8Array | undefined)[]): void {
    const symbol = symbols[this.index(symbols.length)];
    if (symbol === undefined) throw new MalformedAvro('an enum value that has no symbol here');
    this.literal(symbol);
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

  /** Days since the epoch as `YYYY-MM-DD`. */
  date(days: number, place: ValuePlace): void {
    this.#text(this.#dates.date(days), place);
  }

  /** Time of day as `HH:MM:SS.sss`, with six digits for micros. */
  timeOfDay(units: number | bigint, digits: 3 | 6, place: ValuePlace): void {
    this.#text(this.#dates.timeOfDay(units, digits), place);
  }

  /** A timestamp of milliseconds, the common case: as `timestamp(millis, 3, 'Z')`, digit by digit. */
  timestampMillis(millis: number | bigint, place: ValuePlace): void {
    const dates = this.#dates;
    if (typeof millis === 'bigint' || !dates.moveTo(millis)) return this.#text(millis, place);
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

  /** The event time that was given with the record. */
  eventTime(place: ValuePlace): void {
    if (Number.isNaN(this.#eventTimeMs)) throw new TypeError('a record that is stamped with its event time has none');
    this.timestampMillis(this.#eventTimeMs, place);
  }

  /** An instant as ISO 8601 in UTC with 3, 6 or 9 digits; a local timestamp has no Z. */
  timestamp(units: number | bigint, digits: 3 | 6 | 9, zone: '' | 'Z', place: ValuePlace): void {
    if (digits !== 3 && !place.isRow && !isIndexed(units, digits)) this.#substitute(place.outOfRange);
    this.#text(this.#dates.timestamp(units, digits, zone), place, digits === 3 || place.isRow);
  }

  /** Text is quoted. A value outside the calendar stays a number in a document, and is null in a row. */
  #text(value: string | number | bigint, { isRow, outOfRange }: ValuePlace, isCounted = true): void {
    if (typeof value === 'string') return this.quoted(value);
    if (isCounted) this.#substitute(outOfRange);
    if (isRow) this.null();
    else this.number(value);
  }

  /**
   * A decimal of some bytes as a JSON string, exact: `"-12.50"`. The unscaled value is big-endian two's complement.
   *
   * @param most the most digits before the point that the destination holds
   */
  decimal(length: number, scale: number, most: number, { isRow, outOfRange }: ValuePlace): void {
    const at = this.take(length);
    const text = this.input.toString('hex', at, at + length);
    const unscaled = length === 0 ? 0n : BigInt.asIntN(length * 8, BigInt(`0x${text}`));
    const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
    if (digits.length - scale > most) {
      this.#substitute(outOfRange);
      if (isRow) return this.null();
    }
    const sign = unscaled < 0n ? '-' : '';
    this.quoted(scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`);
  }

  /** Months, days and milliseconds (three little-endian 32-bit numbers) as an ISO 8601 duration: `P1M2DT3.004S`. */
  duration(): void {
    const at = this.take(12);
    const months = this.input.readUInt32LE(at);
    const days = this.input.readUInt32LE(at + 4);
    const millis = this.input.readUInt32LE(at + 8);
    this.quoted(`P${months}M${days}DT${Math.floor(millis / 1000)}.${String(millis % 1000).padStart(3, '0')}S`);
  }
}

/** Elasticsearch's dates of micros and nanos: https://www.elastic.co/docs/reference/elasticsearch/mapping-reference/date_nanos */
const lastIndexedNanos = 2n ** 63n - 1n;

function isIndexed(units: number | bigint, digits: 6 | 9): boolean {
  return units >= 0 && BigInt(units) * (digits === 6 ? 1000n : 1n) <= lastIndexedNanos;
}

function twoDigits(buffer: Buffer, at: number, value: number): number {
  const tens = (value / 10) | 0;
  buffer[at] = 0x30 + tens;
  buffer[at + 1] = 0x30 + (value - tens * 10);
  return at + 2;
}
