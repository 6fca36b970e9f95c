// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../untyped-modules.d.ts" />
import Decoder from 'kafkajs/src/protocol/decoder.js';
import type { Broker } from '../cluster.ts';

/** A batch on its way to a partition. */
export interface PartitionBatch {
  topic: string;
  partition: number;
  bytes: Buffer;
}

/** A partition whose batch was not taken, and why: one of Kafka's error codes. */
export interface BatchError {
  topic: string;
  partition: number;
  errorCode: number;
}

/**
 * Writes encoded batches to their leader, when all in-sync replicas have them. kafkajs encodes records by some objects each, and does not
 * tell which partition refused what.
 * https://kafka.apache.org/protocol#The_Messages_Produce, version 7; version 12 also adds the partitions to the transaction (KIP-890).
 *
 * @returns the partitions that did not take their batch
 */
export async function produceBatches(
  leader: Broker,
  transactionalId: string,
  batches: readonly PartitionBatch[],
  { timeoutMs, addsPartitions }: { timeoutMs: number; addsPartitions: boolean },
): Promise<readonly BatchError[]> {
  const byTopic = Map.groupBy(batches, ({ topic }) => topic);
  const bytes = addsPartitions
    ? encodeFlexible(transactionalId, byTopic, timeoutMs)
    : encode(transactionalId, byTopic, timeoutMs);
  const apiVersion = addsPartitions ? 12 : 7;
  return leader.connectionPool.send({
    request: { apiKey: 0, apiVersion, apiName: 'Produce', encode: async () => ({ buf: bytes, buffer: bytes }) },
    response: {
      decode: async (raw: Buffer) => (addsPartitions ? decodeFlexible(raw) : decode(raw)),
      parse: async (errors: BatchError[]) => errors,
    },
  }) as Promise<readonly BatchError[]>;
}

type BatchesByTopic = ReadonlyMap<string, readonly PartitionBatch[]>;

const allInSync = -1;

function encode(transactionalId: string, byTopic: BatchesByTopic, timeoutMs: number): Buffer {
  const pieces: Buffer[] = [text(transactionalId), int16(allInSync), int32(timeoutMs), int32(byTopic.size)];
  for (const [topic, partitions] of byTopic) {
    pieces.push(text(topic), int32(partitions.length));
    for (const { partition, bytes } of partitions) pieces.push(int32(partition), int32(bytes.length), bytes);
  }
  return Buffer.concat(pieces);
}

/** Tagged fields, of which there are none, end the header (which kafkajs writes without them), each partition, each topic and the request. */
function encodeFlexible(transactionalId: string, byTopic: BatchesByTopic, timeoutMs: number): Buffer {
  const pieces: Buffer[] = [noTags, compactText(transactionalId), int16(allInSync), int32(timeoutMs)];
  pieces.push(compactLength(byTopic.size));
  for (const [topic, partitions] of byTopic) {
    pieces.push(compactText(topic), compactLength(partitions.length));
    for (const { partition, bytes } of partitions)
      pieces.push(int32(partition), compactLength(bytes.length), bytes, noTags);
    pieces.push(noTags);
  }
  pieces.push(noTags);
  return Buffer.concat(pieces);
}

const noTags = Buffer.from([0]);

function int16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([int16(bytes.length), bytes]);
}

/** An unsigned varint of one more: 0 stands for null. */
function compactLength(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length + 1;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

function compactText(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([compactLength(bytes.length), bytes]);
}

function decode(raw: Buffer): BatchError[] {
  const decoder = new Decoder(raw);
  const errors: BatchError[] = [];
  for (let topics = decoder.readInt32(); topics > 0; topics--) {
    const topic = decoder.readString();
    for (let count = decoder.readInt32(); count > 0; count--) {
      const partition = decoder.readInt32();
      const errorCode = decoder.readInt16();
      decoder.offset += offsetsAndTimeBytes;
      if (errorCode !== 0) errors.push({ topic, partition, errorCode });
    }
  }
  return errors;
}

function decodeFlexible(raw: Buffer): BatchError[] {
  const decoder = new Decoder(raw);
  const errors: BatchError[] = [];
  decoder.readTaggedFields();
  for (let topics = decoder.readUVarInt() - 1; topics > 0; topics--) {
    const topic = decoder.readUVarIntString();
    for (let count = decoder.readUVarInt() - 1; count > 0; count--) {
      const partition = decoder.readInt32();
      const errorCode = decoder.readInt16();
      decoder.offset += offsetsAndTimeBytes;
      // Which records of the batch are refused, and why in words: the error code stands for them.
      for (let records = decoder.readUVarInt() - 1; records > 0; records--) {
        decoder.readInt32();
        decoder.readUVarIntString();
        decoder.readTaggedFields();
      }
      decoder.readUVarIntString();
      decoder.readTaggedFields();
      if (errorCode !== 0) errors.push({ topic, partition, errorCode });
    }
    decoder.readTaggedFields();
  }
  return errors;
}

/** Base offset, time of arrival and the log's first offset. */
const offsetsAndTimeBytes = 24;
