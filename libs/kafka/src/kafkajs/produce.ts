// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../untyped-modules.d.ts" />
import Decoder from 'kafkajs/src/protocol/decoder.js';
import type { Broker } from './cluster.ts';

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
 * https://kafka.apache.org/protocol#The_Messages_Produce, version 7
 *
 * @returns the partitions that did not take their batch
 */
export async function produceBatches(
  leader: Broker,
  transactionalId: string,
  batches: readonly PartitionBatch[],
  timeoutMs: number,
): Promise<readonly BatchError[]> {
  const bytes = encodeRequest(transactionalId, batches, timeoutMs);
  return leader.connectionPool.send({
    request: { apiKey: 0, apiVersion: 7, apiName: 'Produce', encode: async () => ({ buf: bytes, buffer: bytes }) },
    response: { decode: async (raw: Buffer) => decodeErrors(raw), parse: async (errors: BatchError[]) => errors },
  }) as Promise<readonly BatchError[]>;
}

const allInSync = -1;

function encodeRequest(transactionalId: string, batches: readonly PartitionBatch[], timeoutMs: number): Buffer {
  const byTopic = Map.groupBy(batches, ({ topic }) => topic);
  const pieces: Buffer[] = [text(transactionalId), int16(allInSync), int32(timeoutMs), int32(byTopic.size)];
  for (const [topic, partitions] of byTopic) {
    pieces.push(text(topic), int32(partitions.length));
    for (const { partition, bytes } of partitions) pieces.push(int32(partition), int32(bytes.length), bytes);
  }
  return Buffer.concat(pieces);
}

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

function decodeErrors(raw: Buffer): BatchError[] {
  const decoder = new Decoder(raw);
  const errors: BatchError[] = [];
  for (let topics = decoder.readInt32(); topics > 0; topics--) {
    const topic = decoder.readString();
    for (let count = decoder.readInt32(); count > 0; count--) {
      const partition = decoder.readInt32();
      const errorCode = decoder.readInt16();
      // Base offset, time of arrival and the log's first offset.
      decoder.offset += 24;
      if (errorCode !== 0) errors.push({ topic, partition, errorCode });
    }
  }
  return errors;
}
