import { describeError } from '@sluice/telemetry';
import { unpackers } from '../compression/compression-codecs.ts';
import { crc32c, type Crc32c } from '../compression/crc32c.ts';
import { batchRecords, MalformedRecords, type BatchRecord } from './record-batch.ts';

/** What one partition's part of a fetch holds. */
export interface RecordSet {
  /** Committed ones without control records. Some may lie before the offset that was asked for. */
  readonly records: readonly BatchRecord[];
  /** The offset after the last record, whether that is visible or not. */
  readonly nextOffset: bigint;
  /** The batches as they were fetched. */
  readonly bytes: Buffer;
  /** Set where the first batch cannot be read; then there are no records. */
  readonly unreadable?: UnreadableBatch;
  /** Set where the partition's log starts after the offset that was asked for, or ends before it; then there are no records. */
  readonly isOutOfRange?: true;
}

/** A batch that cannot be read. Everything before it has been handed over by then. */
interface UnreadableBatch {
  /** Part of a sentence, without contents of records: `its checksum is wrong`. */
  readonly reason: string;
  /** The batch as it was fetched; empty where the broker itself cannot read it. */
  readonly bytes: Buffer;
  /** The offset after the batch; undefined where its header is not plausible. */
  readonly nextOffset: bigint | undefined;
}

/** A batch that cannot be read, and the offset that was asked for when it came. */
export type UnreadableBatchAt = UnreadableBatch & { readonly offset: bigint };

export interface AbortedTransaction {
  producerId: bigint;
  firstOffset: bigint;
}

/** The state of decoding a fetch, partition after partition. */
export interface FetchState {
  /** Whether no partition before this one had records: a broker sends the first batch of all whole (KIP-74). */
  isFirst: boolean;
  /** The most bytes that one batch may have when it is unpacked. */
  readonly maxBatchBytes: number;
  /**
   * Once so much was unpacked as one batch may have, all further batches wait for the next fetch. So a fetch of many small batches takes
   * no more memory than two of the largest.
   */
  unpackedBytes: number;
}

/** A fetch whose first partition comes next. */
export const newFetch = (maxBatchBytes: number): FetchState => ({ isFirst: true, maxBatchBytes, unpackedBytes: 0 });

/** A record set whose first batch cannot be read. */
export const unreadableSet = (reason: string, bytes: Buffer, nextOffset?: bigint): RecordSet => ({
  ...{ records: [], nextOffset: -1n, bytes },
  unreadable: { reason, bytes, nextOffset },
});

// Positions in a batch: https://kafka.apache.org/documentation/#recordbatch
const headerBytes = 61;
const [lengthAt, magicAt, checksumAt, attributesAt, lastDeltaAt] = [8, 16, 17, 21, 23];
const [baseTimeAt, appendTimeAt, producerAt, countAt] = [27, 35, 43, 57];
const [compressionMask, appendTimeFlag, transactionalFlag, controlFlag] = [0x07, 0x08, 0x10, 0x20];
const abortMarker = 0;

/**
 * The visible records of the consecutive batches in `bytes`, up to one that cannot be read: the next fetch brings that one alone. The last
 * batch may be cut short, and is left for the next fetch, too.
 *
 * Aborted transactions are left out as in Kafka's own consumer: from a transaction's first offset on, batches of its producer, until the
 * marker that ends it.
 *
 * @param endOffset the partition's end: no record can lie behind it
 * @returns undefined when there is no whole batch
 */
export async function recordSet(
  bytes: Buffer,
  aborted: readonly AbortedTransaction[],
  endOffset: bigint,
  fetch: FetchState,
): Promise<RecordSet | undefined> {
  const toCome = [...aborted].sort((a, b) => Number(a.firstOffset - b.firstOffset));
  const abortedProducers = new Set<bigint>();
  const sets: BatchRecord[][] = [];
  const checksum = await crc32c();
  let nextOffset: bigint | undefined;
  for (let at = 0; at < bytes.length;) {
    let batch: Batch | undefined;
    let records: BatchRecord[];
    try {
      batch = batchAt(bytes, at, nextOffset === undefined && fetch.isFirst);
      if (batch === undefined) break;
      check(batch, checksum, nextOffset, endOffset);
      const { attributes, lastOffset } = batch;
      while (toCome[0] !== undefined && toCome[0].firstOffset <= lastOffset)
        abortedProducers.add((toCome.shift() as AbortedTransaction).producerId);
      const isControl = (attributes & controlFlag) !== 0;
      const isAborted = (attributes & transactionalFlag) !== 0 && abortedProducers.has(batch.producerId);
      if (fetch.unpackedBytes >= fetch.maxBatchBytes && (attributes & compressionMask) !== 0) break;
      records = isAborted && !isControl ? [] : await recordsOf(batch, fetch);
      if (isControl) {
        if (records[0]?.key?.readInt16BE(2) === abortMarker) abortedProducers.delete(batch.producerId);
        records = [];
      }
    } catch (error) {
      if (nextOffset !== undefined) break;
      const raw = batch?.bytes ?? bytes.subarray(at);
      return unreadableSet(describeError(error), raw, batch && offsetBehind(batch, endOffset));
    }
    if (records.length > 0) sets.push(records);
    nextOffset = batch.lastOffset + 1n;
    at += batch.bytes.length;
  }
  if (nextOffset === undefined) return undefined;
  return { records: sets.length === 1 ? (sets[0] as BatchRecord[]) : sets.flat(), nextOffset, bytes };
}

interface Batch {
  /** The whole batch, with its header. */
  readonly bytes: Buffer;
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  readonly attributes: number;
  readonly producerId: bigint;
}

/** @returns undefined where the batch is cut short, as it may be unless `mustBeWhole`. @throws MalformedRecords */
function batchAt(bytes: Buffer, at: number, mustBeWhole: boolean): Batch | undefined {
  const left = bytes.length - at;
  const length = left < magicAt + 1 ? 0 : lengthAt + 4 + bytes.readInt32BE(at + lengthAt);
  if (left > magicAt && bytes[at + magicAt] !== 2) throw new MalformedRecords(unknownFormat(bytes[at + magicAt]));
  if (left > magicAt && length < headerBytes) throw new MalformedRecords('it claims to be shorter than its header');
  if (left <= magicAt || length > left) {
    if (mustBeWhole) throw new MalformedRecords(`it claims ${length} bytes, of which there are ${left}`);
    return undefined;
  }
  const baseOffset = bytes.readBigInt64BE(at);
  return {
    bytes: bytes.subarray(at, at + length),
    baseOffset,
    lastOffset: baseOffset + BigInt(bytes.readInt32BE(at + lastDeltaAt)),
    attributes: bytes.readInt16BE(at + attributesAt),
    producerId: bytes.readBigInt64BE(at + producerAt),
  };
}

const unknownFormat = (magic: number | undefined): string =>
  magic === 0 || magic === 1
    ? `its format is that of Kafka before 0.11 (magic ${magic}), which carries no usable checksum and is not read`
    : `its format is unknown (magic ${magic})`;

/** @throws MalformedRecords where a batch was changed, or has an impossible offset, which the checksum does not cover */
function check(batch: Batch, checksum: Crc32c, after: bigint | undefined, endOffset: bigint): void {
  const { bytes, baseOffset, lastOffset } = batch;
  if (checksum(bytes.subarray(attributesAt)) !== bytes.readUInt32BE(checksumAt))
    throw new MalformedRecords('its checksum is wrong: bytes of it were changed after it was sent');
  if (baseOffset < (after ?? 0n) || lastOffset < baseOffset || lastOffset >= endOffset)
    throw new MalformedRecords(`it claims the offsets ${baseOffset} to ${lastOffset}, where it cannot lie`);
}

/** The offset after a batch that cannot be read, unless its header is visibly damaged. */
function offsetBehind({ bytes, baseOffset, lastOffset }: Batch, endOffset: bigint): bigint | undefined {
  if (baseOffset < 0n || lastOffset < baseOffset || lastOffset >= endOffset) return undefined;
  // Both numbers give the length. They differ where records were compacted away, and a person has to look.
  return bytes.readInt32BE(countAt) === bytes.readInt32BE(lastDeltaAt) + 1 ? lastOffset + 1n : undefined;
}

/** @throws MalformedRecords, and zlib's errors */
async function recordsOf({ bytes, baseOffset, attributes }: Batch, fetch: FetchState): Promise<BatchRecord[]> {
  const compression = attributes & compressionMask;
  let body = bytes.subarray(headerBytes);
  if (compression !== 0) {
    const unpack = unpackers[compression];
    if (unpack === undefined) throw new MalformedRecords(`it is compressed in the unknown way ${compression}`);
    body = await unpack(body, fetch.maxBatchBytes);
    fetch.unpackedBytes += body.length;
  }
  const batch = {
    baseOffset,
    baseTimestampMs: Number(bytes.readBigInt64BE(baseTimeAt)),
    appendTimeMs: (attributes & appendTimeFlag) === 0 ? undefined : Number(bytes.readBigInt64BE(appendTimeAt)),
    bytes: body,
  };
  return batchRecords(batch, bytes.readInt32BE(countAt));
}
