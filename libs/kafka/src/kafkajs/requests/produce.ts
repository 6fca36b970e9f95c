// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../untyped-modules.d.ts" />
import Decoder from 'kafkajs/src/protocol/decoder.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
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
 * Writes encoded batches to their leader, and returns when all in-sync replicas have them. kafkajs makes several objects of each record, and
 * does not say which partition refused what.
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
  const [apiVersion, encodeIn, decodeIn] = addsPartitions ? [12, encodeFlexible, decodeFlexible] : [7, encode, decode];
  return leader.connectionPool.send({
    request: {
      apiKey: 0,
      apiVersion,
      apiName: 'Produce',
      encode: async () => encodeIn(transactionalId, byTopic, timeoutMs),
    },
    response: { decode: async (raw: Buffer) => decodeIn(raw), parse: async (errors: BatchError[]) => errors },
  }) as Promise<readonly BatchError[]>;
}

type BatchesByTopic = ReadonlyMap<string, readonly PartitionBatch[]>;

const allInSync = -1;

function encode(transactionalId: string, byTopic: BatchesByTopic, timeoutMs: number): Encoder {
  const request = new Encoder().writeString(transactionalId).writeInt16(allInSync).writeInt32(timeoutMs);
  request.writeInt32(byTopic.size);
  for (const [topic, partitions] of byTopic) {
    request.writeString(topic).writeInt32(partitions.length);
    for (const { partition, bytes } of partitions) request.writeInt32(partition).writeBytes(bytes);
  }
  return request;
}

/** Tagged fields (there are none) end the header (which kafkajs writes without them), each partition, each topic and the request. */
function encodeFlexible(transactionalId: string, byTopic: BatchesByTopic, timeoutMs: number): Encoder {
  const request = new Encoder().writeInt8(0).writeUVarIntString(transactionalId);
  request.writeInt16(allInSync).writeInt32(timeoutMs);
  request.writeUVarInt(byTopic.size + 1);
  for (const [topic, partitions] of byTopic) {
    request.writeUVarIntString(topic).writeUVarInt(partitions.length + 1);
    for (const { partition, bytes } of partitions) request.writeInt32(partition).writeUVarIntBytes(bytes).writeInt8(0);
    request.writeInt8(0);
  }
  return request.writeInt8(0);
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
      // Which records of the batch are refused, and why in words: the error code says enough.
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
