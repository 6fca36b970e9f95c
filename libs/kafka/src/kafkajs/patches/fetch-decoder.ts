// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../untyped-modules.d.ts" />
import fetchResponse from 'kafkajs/src/protocol/requests/fetch/v11/response.js';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import {
  newFetch,
  recordSet,
  unreadableSet,
  type AbortedTransaction,
  type FetchState,
  type RecordSet,
} from '../../fetch/record-set.ts';

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

export const isFetchedMessage = (message: unknown): message is FetchedMessage =>
  typeof message === 'object' && message !== null && 'set' in message;

/**
 * Has all kafkajs consumers of this process decode fetches with the decoder below. kafkajs's own makes two texts, two wide integers and
 * several objects of each record, and reads every header whether it is needed or not: it is the largest part of what consuming costs.
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
  // The broker answers at once, and the client waits (KIP-219).
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

/**
 * Errors of one partition that no retry cures and that do not concern the others: the broker cannot read the log. To kafkajs the error of
 * one partition is that of the whole fetch.
 */
const unreadableErrors: Readonly<Record<number, string>> = {
  [-1]: 'UNKNOWN_SERVER_ERROR',
  2: 'CORRUPT_MESSAGE',
  56: 'KAFKA_STORAGE_ERROR',
  76: 'UNSUPPORTED_COMPRESSION_TYPE',
};

/**
 * OFFSET_OUT_OF_RANGE. kafkajs would silently continue at the earliest record: records that retention has removed would be lost unnoticed,
 * and a log that was cut short would be delivered again.
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
  const lastStableOffset = decoder.readInt64();
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
    ...{ partition, errorCode: isHandled ? 0 : answered },
    // kafkajs passes on one end only. What lies behind the last stable offset cannot be read yet: its transaction is open.
    highWatermark: String(lastStableOffset >= 0n ? lastStableOffset : highWatermark),
    ...{ lastStableOffset: String(lastStableOffset), lastStartOffset, preferredReadReplica },
    // Aborted records are left out already.
    abortedTransactions: [],
    messages: set === undefined ? [] : [asMessage(set)],
  };
}

const beyondAll = String(2n ** 63n - 1n);
const asMessage = (set: RecordSet): FetchedMessage => ({
  ...{ offset: beyondAll, timestamp: '0', key: null, value: null, isControlRecord: false },
  set,
});
