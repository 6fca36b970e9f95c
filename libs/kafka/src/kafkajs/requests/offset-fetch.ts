// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../untyped-modules.d.ts" />
import Decoder from 'kafkajs/src/protocol/decoder.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import type { FetchedOffset, Place } from '../../group/group-offset.ts';
import type { Broker } from '../cluster.ts';

/**
 * Asks a group coordinator for committed offsets, but not for one that an open transaction is about to change (KIP-447), as kafkajs cannot.
 * https://kafka.apache.org/protocol#The_Messages_OffsetFetch, version 7
 */
export async function fetchStableOffsets(
  coordinator: Broker,
  groupId: string,
  places: readonly Place[],
): Promise<FetchedOffset[]> {
  const encode = async () => {
    // Tagged fields end the header (which kafkajs writes without them), each topic and the request.
    const request = new Encoder().writeInt8(0).writeUVarIntString(groupId);
    const byTopic = Map.groupBy(places, ({ topic }) => topic);
    request.writeUVarInt(byTopic.size + 1);
    for (const [topic, partitions] of byTopic) {
      request.writeUVarIntString(topic).writeUVarInt(partitions.length + 1);
      for (const { partition } of partitions) request.writeInt32(partition);
      request.writeInt8(0);
    }
    return request.writeBoolean(true).writeInt8(0);
  };
  const decode = async (raw: Buffer): Promise<{ offsets: FetchedOffset[]; errorCode: number }> => {
    const decoder = new Decoder(raw);
    decoder.readTaggedFields();
    // The time that the client is throttled.
    decoder.readInt32();
    const offsets: FetchedOffset[] = [];
    for (let topics = decoder.readUVarInt() - 1; topics > 0; topics--) {
      const topic = decoder.readUVarIntString();
      for (let count = decoder.readUVarInt() - 1; count > 0; count--) {
        const partition = decoder.readInt32();
        const offset = decoder.readInt64();
        // Leader epoch and metadata.
        decoder.readInt32();
        decoder.readUVarIntString();
        const errorCode = decoder.readInt16();
        decoder.readTaggedFields();
        offsets.push({ topic, partition, offset, ...(errorCode !== 0 && { error: createErrorFromCode(errorCode) }) });
      }
      decoder.readTaggedFields();
    }
    return { offsets, errorCode: decoder.readInt16() };
  };
  const parse = async ({ offsets, errorCode }: Awaited<ReturnType<typeof decode>>) => {
    if (errorCode !== 0) throw createErrorFromCode(errorCode);
    return offsets;
  };
  return coordinator.connectionPool.send({
    request: { apiKey: 9, apiVersion: 7, apiName: 'OffsetFetch', encode },
    response: { decode, parse },
  }) as Promise<FetchedOffset[]>;
}

/** Whether a transaction is open that may change the offset. */
export const isUnstable = ({ error }: FetchedOffset): boolean =>
  error !== undefined && 'type' in error && error.type === 'UNSTABLE_OFFSET_COMMIT';
