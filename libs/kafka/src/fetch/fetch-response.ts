// The decoder of fetched records, in place of kafkajs's own.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../kafkajs/untyped-modules.d.ts" />
import fetchResponse from 'kafkajs/src/protocol/requests/fetch/v11/response.js';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import { describeError } from '@sluice/telemetry';
import { unpackers } from '../compression/compression-codecs.ts';
import { crc32c, type Crc32c } from '../compression/crc32c.ts';
import { batchRecords, MalformedRecords, type BatchRecord } from './record-batch.ts';

/** What one partition's part of a fetch holds. */
export interface RecordSet {
  /** Those that are committed and no control records. Some may lie before the offset that was asked for. */
  readonly records: readonly BatchRecord[];
  /** The offset behind the last record, also where that is one that is not shown. */
  readonly nextOffset: bigint;
  /** As they were fetched. */
  readonly bytes: Buffer;
  /** Set where the first batch cannot be read; then there are no records. */
  readonly unreadable?: UnreadableBatch;
  /** Set where the partition's log begins behind the offset that was asked for, or ends before it; then there are no records. */
  readonly isOutOfRange?: true;
}

/** A batch that cannot be read. What comes before it has been handed over by then. */
export interface UnreadableBatch {
  /** One sentence's part, without contents of records: `its checksum is wrong`. */
  readonly reason: string;
  /** The batch as it was fetched; empty where the broker itself cannot read it. */
  readonly bytes: Buffer;
  /** The offset behind the batch, as far as its header can be believed. */
  readonly nextOffset: bigint | undefined;
}

/** A record set in place of kafkajs's array of messages: to kafkajs it is one message. */
export interface FetchedMessage {
  /** Beyond all offsets, so that kafkajs always hands the message over. */
  readonly offset: string;
  readonly timestamp: string;
  readonly key: null;
  readonly value: null;
  readonly isControlRecord: false;
  readonly set: RecordSet;
}

interface AbortedTransaction {
  producerId: bigint;
  firstOffset: bigint;
}

/**
 * Has all kafkajs consumers of this process decode fetches from brokers of version 2.3 and newer with the decoder below. kafkajs's
 * own makes two texts, two wide integers and several objects of each record, and reads every header for nobody: it is the largest
 * part of what consuming costs.
 *
 * @param maxBatchBytes the most bytes that one batch may have when it is unpacked; of several calls the last counts
 */
export function installFetchDecoder(maxBatchBytes: number): void {
  fetchResponse.decode = (raw) => decodeFetch(raw, maxBatchBytes);
}

/** https://kafka.apache.org/protocol#The_Messages_Fetch, version 11. */
async function decodeFetch(raw: Buffer, maxBatchBytes: number): Promise<unknown> {
  const decoder = new Decoder(raw);
  const clientSideThrottleTime = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const sessionId = decoder.readInt32();
  const responses = [];
  const fetch = newFetch(maxBatchBytes);
  for (let topics = decoder.readInt32(); topics > 0; topics--) {
    const topicName = decoder.readString();
    const partitions = [];
    for (let count = decoder.readInt32(); count > 0; count--) {
      const partition = await decodePartition(decoder, fetch);
      if (saysSomething(partition)) partitions.push(partition);
    }
    if (partitions.length > 0) responses.push({ topicName, partitions });
  }
  // Throttled by itself: what waits here is the client, as the broker asks of it (KIP-219).
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

/**
 * Errors of one partition that asking again does not cure, and that say nothing of the others: the broker cannot read the log. To
 * kafkajs the error of one partition is that of the whole fetch.
 */
const unreadableErrors: Readonly<Record<number, string>> = {
  [-1]: 'UNKNOWN_SERVER_ERROR',
  2: 'CORRUPT_MESSAGE',
  56: 'KAFKA_STORAGE_ERROR',
  76: 'UNSUPPORTED_COMPRESSION_TYPE',
};

/**
 * OFFSET_OUT_OF_RANGE. kafkajs would go on at the earliest record without a word: records that retention has removed would be lost
 * silently, and a log that was cut short would be delivered again.
 */
const outOfRangeError = 1;

/** A partition's part of a fetch, as kafkajs expects it. */
interface DecodedPartition {
  partition: number;
  errorCode: number;
  highWatermark: string;
  lastStableOffset: string;
  lastStartOffset: string;
  preferredReadReplica: number;
  abortedTransactions: readonly never[];
  messages: readonly FetchedMessage[];
}

/** Without sessions (KIP-227) the broker answers for every partition, and kafkajs makes a batch of each and wakes a worker for it. */
const saysSomething = ({ errorCode, preferredReadReplica, messages }: DecodedPartition): boolean =>
  messages.length > 0 || errorCode !== 0 || preferredReadReplica !== -1;

async function decodePartition(decoder: Decoder, fetch: FetchState): Promise<DecodedPartition> {
  const partition = decoder.readInt32();
  const answered = decoder.readInt16();
  const highWatermark = decoder.readInt64();
  const lastStableOffset = String(decoder.readInt64());
  const lastStartOffset = String(decoder.readInt64());
  const aborted: AbortedTransaction[] = [];
  for (let count = decoder.readInt32(); count > 0; count--)
    aborted.push({ producerId: decoder.readInt64(), firstOffset: decoder.readInt64() });
  const preferredReadReplica = decoder.readInt32();
  const length = decoder.readInt32();
  const bytes = length > 0 ? decoder.readBytes(length) : Buffer.alloc(0);
  const brokerError = unreadableErrors[answered];
  let set: RecordSet | undefined;
  if (answered === outOfRangeError) set = { records: [], nextOffset: -1n, bytes, isOutOfRange: true };
  else if (brokerError === undefined) set = await recordSet(bytes, aborted, highWatermark, fetch);
  else set = unreadableSet(`the broker cannot read it (${brokerError})`, bytes);
  if (length > 0) fetch.isFirst = false;
  const isHandled = brokerError !== undefined || answered === outOfRangeError;
  return {
    ...{ partition, errorCode: isHandled ? 0 : answered, highWatermark: String(highWatermark) },
    ...{ lastStableOffset, lastStartOffset, preferredReadReplica },
    // What was aborted is left out already.
    abortedTransactions: [],
    messages: set === undefined ? [] : [asMessage(set)],
  };
}

/** What is known of a fetch while its partitions are decoded one after the other. */
export interface FetchState {
  /** Whether no partition before this one had records: a broker sends the first batch of all whole (KIP-74). */
  isFirst: boolean;
  /** The most bytes that one batch may have when it is unpacked. */
  readonly maxBatchBytes: number;
  /**
   * What was unpacked so far. Once it is as much as one batch may have, all further batches wait for the next fetch, so that a fetch of
   * many small batches takes no more memory than two that are as large as they may be.
   */
  unpackedBytes: number;
}

/** A fetch whose first partition comes next. */
export const newFetch = (maxBatchBytes: number): FetchState => ({ isFirst: true, maxBatchBytes, unpackedBytes: 0 });

const beyondAll = String(2n ** 63n - 1n);
const asMessage = (set: RecordSet): FetchedMessage => ({
  ...{ offset: beyondAll, timestamp: '0', key: null, value: null, isControlRecord: false },
  set,
});

const unreadableSet = (reason: string, bytes: Buffer, nextOffset?: bigint): RecordSet => ({
  ...{ records: [], nextOffset: -1n, bytes },
  unreadable: { reason, bytes, nextOffset },
});

// Where things stand in a batch: https://kafka.apache.org/documentation/#recordbatch
const headerBytes = 61;
const [lengthAt, magicAt, checksumAt, attributesAt, lastDeltaAt] = [8, 16, 17, 21, 23];
const [baseTimeAt, appendTimeAt, producerAt, countAt] = [27, 35, 43, 57];
const [compressionMask, appendTimeFlag, transactionalFlag, controlFlag] = [0x07, 0x08, 0x10, 0x20];
const abortMarker = 0;

/**
 * The visible records of the batches that follow on one another in `bytes`, up to one that cannot be read: that one comes by itself,
 * with the next fetch. The last batch may be cut short, and is left for the next fetch, too.
 *
 * Aborted transactions are left out as Kafka's own consumer does it: from a transaction's first offset on, batches of its producer,
 * until the marker that ends it.
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

/** @throws MalformedRecords where a batch is not as it was sent, or lies where it cannot. The checksum does not cover its offset. */
function check(batch: Batch, checksum: Crc32c, after: bigint | undefined, endOffset: bigint): void {
  const { bytes, baseOffset, lastOffset } = batch;
  if (checksum(bytes.subarray(attributesAt)) !== bytes.readUInt32BE(checksumAt))
    throw new MalformedRecords('its checksum is wrong: bytes of it were changed after it was sent');
  if (baseOffset < (after ?? 0n) || lastOffset < baseOffset || lastOffset >= endOffset)
    throw new MalformedRecords(`it claims the offsets ${baseOffset} to ${lastOffset}, where it cannot lie`);
}

/** The offset behind a batch that cannot be read, unless its header is damaged visibly. */
function offsetBehind({ bytes, baseOffset, lastOffset }: Batch, endOffset: bigint): bigint | undefined {
  if (baseOffset < 0n || lastOffset < baseOffset || lastOffset >= endOffset) return undefined;
  // Two numbers that say the same; where records were compacted away they differ, and a person has to look.
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
