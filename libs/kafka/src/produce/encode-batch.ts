import { packers } from '../compression/compression-codecs.ts';
import { crc32c } from '../compression/crc32c.ts';
import type { OutgoingRecord } from '../records/outgoing-record.ts';

/** The producer of a batch, and the batch's place among those that it wrote to the partition. */
export interface BatchWriter {
  producerId: bigint;
  producerEpoch: number;
  /** The number of records that this producer has written to the partition. */
  firstSequence: number;
}

// Positions in a batch: https://kafka.apache.org/documentation/#recordbatch
const headerBytes = 61;
const [lengthAt, leaderEpochAt, magicAt, checksumAt, attributesAt, lastDeltaAt] = [8, 12, 16, 17, 21, 23];
const [baseTimeAt, lastTimeAt, producerAt, epochAt, sequenceAt, countAt] = [27, 35, 43, 51, 53, 57];
const transactionalFlag = 0x10;

/** Smaller batches are not compressed: that saves a few hundred bytes and costs more than the rest of their handling, here and in readers. */
const smallestPackedBytes = 1024;

/**
 * Encodes records for one partition as a batch of a transaction.
 *
 * @param compression as a batch's attributes number it
 * @param nowMs the time of records that have none
 */
export async function encodeBatch(
  records: readonly OutgoingRecord[],
  writer: BatchWriter,
  compression: number,
  nowMs: number,
): Promise<Buffer> {
  const times = records.map(({ timestampMs }) => timestampMs ?? nowMs);
  const baseTimeMs = times[0] ?? nowMs;
  const bodyBytes = records.map((record, at) => recordBytes(record, (times[at] ?? 0) - baseTimeMs, at));
  const total = bodyBytes.reduce((sum, bytes) => sum + varintBytes(bytes) + bytes, headerBytes);
  let batch = Buffer.allocUnsafe(total);
  let at = headerBytes;
  for (const [index, record] of records.entries()) {
    at = writeVarint(batch, at, bodyBytes[index] as number);
    at = writeRecord(batch, at, record, (times[index] as number) - baseTimeMs, index);
  }
  const pack = total < smallestPackedBytes ? undefined : packers[compression];
  if (pack !== undefined) batch = Buffer.concat([batch.subarray(0, headerBytes), pack(batch.subarray(headerBytes))]);

  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - leaderEpochAt, lengthAt);
  batch.writeInt32BE(-1, leaderEpochAt);
  batch.writeInt8(2, magicAt);
  batch.writeInt16BE((pack === undefined ? 0 : compression) | transactionalFlag, attributesAt);
  batch.writeInt32BE(records.length - 1, lastDeltaAt);
  batch.writeBigInt64BE(BigInt(baseTimeMs), baseTimeAt);
  batch.writeBigInt64BE(BigInt(times.reduce((latest, timeMs) => Math.max(latest, timeMs), baseTimeMs)), lastTimeAt);
  batch.writeBigInt64BE(writer.producerId, producerAt);
  batch.writeInt16BE(writer.producerEpoch, epochAt);
  batch.writeInt32BE(writer.firstSequence, sequenceAt);
  batch.writeInt32BE(records.length, countAt);
  const checksum = await crc32c();
  batch.writeUInt32BE(checksum(batch.subarray(attributesAt)), checksumAt);
  return batch;
}

/** Bytes of a text as UTF-8, or of a buffer. */
type Field = Buffer | string;

const fieldBytes = (field: Field): number => (typeof field === 'string' ? Buffer.byteLength(field) : field.length);

const nullableBytes = (field: Field | null): number => {
  if (field === null) return 1;
  const bytes = fieldBytes(field);
  return varintBytes(bytes) + bytes;
};

function headersOf({ headers = {} }: OutgoingRecord): [name: string, value: Field][] {
  return Object.entries(headers).flatMap(([name, values]) =>
    values === undefined ? [] : [values].flat().map((value): [string, Field] => [name, value]),
  );
}

/** The bytes of a record behind its length. Layout: https://kafka.apache.org/documentation/#record */
function recordBytes(record: OutgoingRecord, timeDelta: number, offsetDelta: number): number {
  const headers = headersOf(record);
  let bytes = 1 + varintBytes(timeDelta) + varintBytes(offsetDelta) + varintBytes(headers.length);
  bytes += nullableBytes(record.key) + nullableBytes(record.value);
  for (const [name, value] of headers) bytes += nullableBytes(name) + nullableBytes(value);
  return bytes;
}

function writeRecord(
  out: Buffer,
  from: number,
  record: OutgoingRecord,
  timeDelta: number,
  offsetDelta: number,
): number {
  const headers = headersOf(record);
  let at = from;
  // No attributes.
  out[at++] = 0;
  at = writeVarint(out, at, timeDelta);
  at = writeVarint(out, at, offsetDelta);
  at = writeNullable(out, at, record.key);
  at = writeNullable(out, at, record.value);
  at = writeVarint(out, at, headers.length);
  for (const [name, value] of headers) at = writeNullable(out, writeNullable(out, at, name), value);
  return at;
}

function writeNullable(out: Buffer, at: number, field: Field | null): number {
  if (field === null) return writeVarint(out, at, -1);
  const start = writeVarint(out, at, fieldBytes(field));
  return start + (typeof field === 'string' ? out.write(field, start) : field.copy(out, start));
}

/** The zigzag form as a double, which is exact up to 2^53: differences of times go beyond 32 bits. */
const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = zigzag(value); rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}

function writeVarint(out: Buffer, from: number, value: number): number {
  let at = from;
  let rest = zigzag(value);
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out[at++] = (rest % 0x80) | 0x80;
  out[at++] = rest;
  return at;
}
