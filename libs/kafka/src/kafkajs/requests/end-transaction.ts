// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../untyped-modules.d.ts" />
import Decoder from 'kafkajs/src/protocol/decoder.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import type { Broker } from '../cluster.ts';

/** What identifies a transactional producer to the brokers. */
export interface ProducerIdentity {
  readonly producerId: string;
  readonly producerEpoch: number;
}

/**
 * Ends a transaction, as kafkajs cannot: in this version the producer continues under another epoch, so that nothing of the ended
 * transaction that is still on its way can fall into the next one (KIP-890).
 * https://kafka.apache.org/protocol#The_Messages_EndTxn, version 5
 *
 * @returns the producer's identity from now on
 */
export async function endTransaction(
  coordinator: Broker,
  transactionalId: string,
  { producerId, producerEpoch }: ProducerIdentity,
  isCommitted: boolean,
): Promise<ProducerIdentity> {
  const encode = async () =>
    // Tagged fields end the header (which kafkajs writes without them) and the request.
    new Encoder()
      .writeInt8(0)
      .writeUVarIntString(transactionalId)
      .writeInt64(producerId)
      .writeInt16(producerEpoch)
      .writeBoolean(isCommitted)
      .writeInt8(0);
  const decode = async (raw: Buffer) => {
    const decoder = new Decoder(raw);
    decoder.readTaggedFields();
    // The time that the client is throttled.
    decoder.readInt32();
    const errorCode = decoder.readInt16();
    return { errorCode, producerId: String(decoder.readInt64()), producerEpoch: decoder.readInt16() };
  };
  const parse = async ({ errorCode, ...next }: Awaited<ReturnType<typeof decode>>): Promise<ProducerIdentity> => {
    if (errorCode !== 0) throw createErrorFromCode(errorCode);
    return next;
  };
  return coordinator.connectionPool.send({
    request: { apiKey: 26, apiVersion: 5, apiName: 'EndTxn', encode },
    response: { decode, parse },
  }) as Promise<ProducerIdentity>;
}
