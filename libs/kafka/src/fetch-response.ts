// The decoder of fetched records, in place of kafkajs's own.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./untyped-modules.d.ts" />
import kafkajs from 'kafkajs';
import fetchResponse from 'kafkajs/src/protocol/requests/fetch/v11/response.js';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import decodeOldMessages from 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js';
import { batchRecords, MalformedRecords, type BatchRecord } from './record-batch.ts';

/** The records of one partition's part of a fetch, in place of kafkajs's array of messages: to kafkajs it is one message, the last. */
export interface FetchedRecords {
  /** The offset of the last record, also where nobody sees it. */
  readonly offset: string;
  readonly timestamp: string;
  readonly key: null;
  readonly value: null;
  /** There is nothing to see: kafkajs passes over it. */
  readonly isControlRecord: boolean;
  /** Those that are committed and no control records. Some may lie before the offset that was asked for. */
  readonly records: readonly BatchRecord[];
}

interface AbortedTransaction {
  producerId: bigint;
  firstOffset: bigint;
}

/**
 * Has all kafkajs consumers of this process decode fetches from brokers of version 2.3 and newer with the decoder below. kafkajs's
 * own makes two texts, two wide integers and several objects of each record, and reads every header for nobody: it is the largest
 * part of what consuming costs.
 */
export function installFetchDecoder(): void {
  fetchResponse.decode = decodeFetch;
}

/** https://kafka.apache.org/protocol#The_Messages_Fetch, version 11. */
async function decodeFetch(raw: Buffer): Promise<unknown> {
  const decoder = new Decoder(raw);
  const clientSideThrottleTime = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const sessionId = decoder.readInt32();
  const responses = [];
  for (let topics = decoder.readInt32(); topics > 0; topics--) {
    const topicName = decoder.readString();
    const partitions = [];
    for (let count = decoder.readInt32(); count > 0; count--)
      partitions.push(await decodePartition(decoder, topicName));
    responses.push({ topicName, partitions });
  }
  // Throttled by itself: what waits here is the client, as the broker asks of it (KIP-219).
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

async function decodePartition(decoder: Decoder, topic: string): Promise<unknown> {
  const partition = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const highWatermark = String(decoder.readInt64());
  const lastStableOffset = String(decoder.readInt64());
  const lastStartOffset = String(decoder.readInt64());
  const aborted: AbortedTransaction[] = [];
  for (let count = decoder.readInt32(); count > 0; count--)
    aborted.push({ producerId: decoder.readInt64(), firstOffset: decoder.readInt64() });
  const preferredReadReplica = decoder.readInt32();
  const messages = await decodeRecords(decoder, aborted).catch((error: unknown) => {
    // It ends as the reason why the group is left: a person has to see to this partition.
    throw new MalformedRecords(`cannot read ${topic}-${partition}`, { cause: error });
  });
  // What was aborted is left out already.
  const abortedTransactions = isOldFormat(messages) ? aborted.map(asText) : [];
  return {
    ...{ partition, errorCode, highWatermark, lastStableOffset, lastStartOffset, preferredReadReplica },
    ...{ abortedTransactions, messages },
  };
}

const asText = ({ producerId, firstOffset }: AbortedTransaction) => ({
  producerId: String(producerId),
  firstOffset: String(firstOffset),
});
const isOldFormat = (messages: readonly unknown[]): boolean =>
  messages.some((message) => typeof message === 'object' && message !== null && !('records' in message));

/** Where the format's version stands, in all formats. */
const magicAt = 16;

async function decodeRecords(decoder: Decoder, aborted: readonly AbortedTransaction[]): Promise<readonly unknown[]> {
  const from = decoder.offset;
  const length = decoder.readInt32();
  if (length <= 0) return [];
  const bytes = decoder.readBytes(length);
  // Written by clients of before 2017.
  if (length > magicAt && (bytes[magicAt] as number) < 2) {
    const again = new Decoder(decoder.buffer);
    again.offset = from;
    return decodeOldMessages(again);
  }
  const fetched = await recordSet(bytes, aborted);
  return fetched === undefined ? [] : [fetched];
}

const headerBytes = 61;
const [compressionMask, appendTimeFlag, transactionalFlag, controlFlag] = [0x07, 0x08, 0x10, 0x20];
const abortMarker = 0;

/**
 * The visible records of the batches that follow on one another in `bytes`; the last batch may be cut short, and is left for the
 * next fetch then.
 *
 * Batches: https://kafka.apache.org/documentation/#recordbatch. Aborted transactions are left out as Kafka's own consumer does it:
 * from a transaction's first offset on, batches of its producer, until the marker that ends it.
 *
 * @returns undefined when there is no whole batch
 * @throws MalformedRecords
 */
export async function recordSet(
  bytes: Buffer,
  aborted: readonly AbortedTransaction[],
): Promise<FetchedRecords | undefined> {
  const toCome = [...aborted].sort((a, b) => Number(a.firstOffset - b.firstOffset));
  const abortedProducers = new Set<bigint>();
  const sets: BatchRecord[][] = [];
  let lastOffset: bigint | undefined;
  for (let at = 0; at + headerBytes <= bytes.length;) {
    const end = at + 12 + bytes.readInt32BE(at + 8);
    if (end > bytes.length) break;
    if (end < at + headerBytes) throw new MalformedRecords('a batch is shorter than its header');
    const attributes = bytes.readInt16BE(at + 21);
    const baseOffset = bytes.readBigInt64BE(at);
    const producerId = bytes.readBigInt64BE(at + 43);
    lastOffset = baseOffset + BigInt(bytes.readInt32BE(at + 23));
    while (toCome[0] !== undefined && toCome[0].firstOffset <= lastOffset)
      abortedProducers.add((toCome.shift() as AbortedTransaction).producerId);
    const isControl = (attributes & controlFlag) !== 0;
    const isAborted = (attributes & transactionalFlag) !== 0 && abortedProducers.has(producerId);
    if (isControl || !isAborted) {
      const compression = attributes & compressionMask;
      const body = bytes.subarray(at + headerBytes, end);
      let records: BatchRecord[];
      try {
        const batch = {
          baseOffset,
          baseTimestampMs: Number(bytes.readBigInt64BE(at + 27)),
          appendTimeMs: (attributes & appendTimeFlag) === 0 ? undefined : Number(bytes.readBigInt64BE(at + 35)),
          bytes: compression === 0 ? body : await decompress(compression, body),
        };
        records = batchRecords(batch, bytes.readInt32BE(at + 57));
      } catch (error) {
        throw new MalformedRecords(`the batch at offset ${baseOffset} is damaged`, { cause: error });
      }
      if (!isControl) sets.push(records);
      else if (records[0]?.key?.readInt16BE(2) === abortMarker) abortedProducers.delete(producerId);
    }
    at = end;
  }
  if (lastOffset === undefined) return undefined;
  const records = sets.length === 1 ? (sets[0] as BatchRecord[]) : sets.flat();
  const isControlRecord = records.length === 0;
  return { offset: String(lastOffset), timestamp: '0', key: null, value: null, isControlRecord, records };
}

async function decompress(type: number, bytes: Buffer): Promise<Buffer> {
  const codecs: Readonly<Record<number, () => { decompress(bytes: Buffer): Promise<Buffer> }>> =
    kafkajs.CompressionCodecs;
  const codec = codecs[type];
  if (codec === undefined) throw new MalformedRecords(`a batch is compressed in the unknown way ${type}`);
  return codec().decompress(bytes);
}
