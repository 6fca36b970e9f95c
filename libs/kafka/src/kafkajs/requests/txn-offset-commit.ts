// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../untyped-modules.d.ts" />
import Decoder from 'kafkajs/src/protocol/decoder.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import type { Membership } from '../../group/group-offset.ts';
import type { Broker, TransactionalOffsets } from '../cluster.ts';

/** The request's number, and its first version that names the member and its generation: from Kafka 2.5 on. */
export const [txnOffsetCommit, versionWithGeneration] = [28, 3] as const;

/** Outside a group: only for a partition whose owner commits nothing, as when a person skips a batch. */
const noMember: Membership = { memberId: '', generationId: -1 };

/**
 * Adds offsets to a transaction, for a member of the group: the coordinator refuses them when the group has moved on (KIP-447). kafkajs
 * sends neither member nor generation.
 * https://kafka.apache.org/protocol#The_Messages_TxnOffsetCommit, version 3; version 5 also adds the group to the transaction (KIP-890).
 */
export async function commitTransactionalOffsets(
  coordinator: Broker,
  { transactionalId, groupId, producerId, producerEpoch, topics }: TransactionalOffsets,
  {
    membership: { memberId, generationId } = noMember,
    addsGroup,
  }: { membership: Membership | undefined; addsGroup: boolean },
): Promise<void> {
  const encode = async () => {
    // Tagged fields end the header (which kafkajs writes without them), each partition, each topic and the request.
    const request = new Encoder()
      .writeInt8(0)
      .writeUVarIntString(transactionalId)
      .writeUVarIntString(groupId)
      .writeInt64(producerId)
      .writeInt16(producerEpoch)
      .writeInt32(generationId)
      .writeUVarIntString(memberId)
      // The id of a static member.
      .writeUVarIntString(null)
      .writeUVarInt(topics.length + 1);
    for (const { topic, partitions } of topics) {
      request.writeUVarIntString(topic).writeUVarInt(partitions.length + 1);
      for (const { partition, offset } of partitions)
        // Neither leader epoch nor metadata.
        request.writeInt32(partition).writeInt64(offset).writeInt32(-1).writeUVarIntString(null).writeInt8(0);
      request.writeInt8(0);
    }
    return request.writeInt8(0);
  };
  const decode = async (raw: Buffer): Promise<number[]> => {
    const decoder = new Decoder(raw);
    decoder.readTaggedFields();
    // The time that the client is throttled.
    decoder.readInt32();
    const errorCodes: number[] = [];
    for (let count = decoder.readUVarInt() - 1; count > 0; count--) {
      decoder.readUVarIntString();
      for (let partitions = decoder.readUVarInt() - 1; partitions > 0; partitions--) {
        decoder.readInt32();
        errorCodes.push(decoder.readInt16());
        decoder.readTaggedFields();
      }
      decoder.readTaggedFields();
    }
    return errorCodes;
  };
  const parse = async (errorCodes: number[]): Promise<void> => {
    const failed = errorCodes.find((code) => code !== 0);
    if (failed !== undefined) throw createErrorFromCode(failed);
  };
  await coordinator.connectionPool.send({
    request: {
      apiKey: txnOffsetCommit,
      apiVersion: addsGroup ? 5 : versionWithGeneration,
      apiName: 'TxnOffsetCommit',
      encode,
    },
    response: { decode, parse },
  });
}
