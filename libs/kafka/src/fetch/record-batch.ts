import type { KafkaRecord, RecordHeaders } from '../records/kafka-record.ts';

/** Bytes that are not a valid record set. */
export class MalformedRecords extends Error {
  override readonly name = 'MalformedRecords';
}

/** What the records of one batch share. */
export interface RecordBatch {
  readonly baseOffset: bigint;
  readonly baseTimestampMs: number;
  /** The time of all records, where the topic takes the time of arrival. */
  readonly appendTimeMs: number | undefined;
  /** The records, uncompressed. */
  readonly bytes: Buffer;
}

/** Where one varint ended: the second result of reading it. */
let position = 0;

/** A zigzag varint of at most 32 bits, as lengths and offset deltas are; longer ones as a double, which is exact up to 2^53. */
function readVarint(bytes: Buffer, at: number, end: number): number {
  let bits = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    if (at >= end) throw new MalformedRecords('a record is cut short');
    const byte = bytes[at++] as number;
    bits |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      position = at;
      return (bits >>> 1) ^ -(bits & 1);
    }
  }
  let wide = bits;
  for (let factor = 0x1000_0000; factor <= 2 ** 63; factor *= 128) {
    if (at >= end) throw new MalformedRecords('a record is cut short');
    const byte = bytes[at++] as number;
    wide += (byte & 0x7f) * factor;
    if (byte < 0x80) {
      position = at;
      return wide % 2 === 0 ? wide / 2 : -(wide + 1) / 2;
    }
  }
  throw new MalformedRecords('a number in a record is too long');
}

/** The end of `length` bytes from here; a length of -1 is null and takes none. */
function skip(length: number, end: number): number {
  const to = position + Math.max(0, length);
  if (length < -1 || to > end) throw new MalformedRecords('a record is cut short');
  return to;
}

/**
 * A record as positions in its batch: key, value and headers are made when they are asked for.
 *
 * Layout: https://kafka.apache.org/documentation/#record
 */
export class BatchRecord implements KafkaRecord {
  readonly #batch: RecordBatch;
  readonly #offsetDelta: number;
  readonly #timestampDelta: number;
  readonly #keyStart: number;
  readonly #keyEnd: number;
  readonly #end: number;
  readonly valueStart: number;
  readonly valueEnd: number;

  /** Reads the record whose length stands at `at`. Where it ends, the next begins: see `end`. @throws MalformedRecords; nothing does later */
  constructor(batch: RecordBatch, at: number) {
    const { bytes } = batch;
    const length = readVarint(bytes, at, bytes.length);
    const end = skip(length, bytes.length);
    this.#batch = batch;
    this.#end = end;
    // One byte of attributes, which Kafka does not use.
    this.#timestampDelta = readVarint(bytes, position + 1, end);
    this.#offsetDelta = readVarint(bytes, position, end);
    const keyLength = readVarint(bytes, position, end);
    this.#keyStart = keyLength < 0 ? -1 : position;
    this.#keyEnd = skip(keyLength, end);
    const valueLength = readVarint(bytes, this.#keyEnd, end);
    this.valueStart = valueLength < 0 ? -1 : position;
    this.valueEnd = skip(valueLength, end);
    // Damage shows here, where a whole batch is refused, and not later, when a header is asked for.
    for (let left = readVarint(bytes, this.valueEnd, end); left > 0; left--) {
      position = skip(readVarint(bytes, position, end), end);
      position = skip(readVarint(bytes, position, end), end);
    }
    if (position !== end) throw new MalformedRecords('a record ends before its length does');
  }

  static end(record: BatchRecord): number {
    return record.#end;
  }

  get bytes(): Buffer {
    return this.#batch.bytes;
  }

  get offset(): bigint {
    return this.#batch.baseOffset + BigInt(this.#offsetDelta);
  }

  get timestampMs(): number {
    return this.#batch.appendTimeMs ?? this.#batch.baseTimestampMs + this.#timestampDelta;
  }

  get isArrivalTime(): boolean {
    return this.#batch.appendTimeMs !== undefined;
  }

  get key(): Buffer | null {
    return this.#keyStart < 0 ? null : this.#batch.bytes.subarray(this.#keyStart, this.#keyEnd);
  }

  get value(): Buffer | null {
    return this.valueStart < 0 ? null : this.#batch.bytes.subarray(this.valueStart, this.valueEnd);
  }

  get size(): number {
    return this.#end - (this.#keyStart < 0 ? this.#keyEnd : this.#keyStart);
  }

  get headers(): RecordHeaders {
    const headers: Record<string, Buffer | Buffer[]> = {};
    this.#eachHeader((nameStart, nameEnd, valueStart, valueEnd) => {
      const name = this.bytes.toString('utf8', nameStart, nameEnd);
      const value = this.bytes.subarray(valueStart, valueEnd);
      const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
      // Not assigned: a header may be called __proto__.
      Object.defineProperty(headers, name, {
        value: before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value],
        ...{ enumerable: true, configurable: true, writable: true },
      });
    });
    return headers;
  }

  header(name: string): Buffer | undefined {
    const { bytes } = this.#batch;
    let start = -1;
    let end = -1;
    this.#eachHeader((nameStart, nameEnd, valueStart, valueEnd) => {
      if (isText(bytes, nameStart, nameEnd, name)) {
        start = valueStart;
        end = valueEnd;
      }
    });
    return start < 0 ? undefined : bytes.subarray(start, end);
  }

  /** A header whose value is null counts as empty: kafkajs could not write it back, as a dead letter. */
  #eachHeader(onHeader: (nameStart: number, nameEnd: number, valueStart: number, valueEnd: number) => void): void {
    const { bytes } = this.#batch;
    const end = this.#end;
    const count = readVarint(bytes, this.valueEnd, end);
    for (let n = 0; n < count; n++) {
      const nameLength = readVarint(bytes, position, end);
      const nameStart = position;
      const nameEnd = skip(nameLength, end);
      const length = readVarint(bytes, nameEnd, end);
      const valueStart = position;
      const valueEnd = skip(length, end);
      onHeader(nameStart, nameEnd, valueStart, valueEnd);
      position = valueEnd;
    }
  }
}

/** Whether bytes are an ASCII text. */
function isText(bytes: Buffer, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let at = 0; at < text.length; at++) if (bytes[start + at] !== text.charCodeAt(at)) return false;
  return true;
}

/** The records of a batch, in offset order. @throws MalformedRecords */
export function batchRecords(batch: RecordBatch, count: number): BatchRecord[] {
  // A record takes seven bytes at least: a wrong count must not allocate an array of its size.
  if (count < 0 || count * 7 > batch.bytes.length) throw new MalformedRecords(`it claims ${count} records`);
  const records = new Array<BatchRecord>(count);
  let at = 0;
  for (let n = 0; n < count; n++) {
    const record = new BatchRecord(batch, at);
    records[n] = record;
    at = BatchRecord.end(record);
  }
  if (at !== batch.bytes.length) throw new MalformedRecords('bytes follow its last record');
  return records;
}
