// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../untyped-modules.d.ts" />
import Decoder from 'kafkajs/src/protocol/decoder.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import type { Broker } from '../cluster.ts';

/** The request's number. Brokers know it from Kafka 3.0 on. */
export const describeTransactions = 65;

const transactionalIdNotFound = 105;

/**
 * Asks a transaction coordinator, as kafkajs cannot.
 * https://kafka.apache.org/protocol#The_Messages_DescribeTransactions, version 0
 *
 * @returns `Ongoing`, `PrepareCommit`, `CompleteCommit`, `CompleteAbort`, `Empty` …; undefined where it knows no such id
 */
export async function transactionState(coordinator: Broker, transactionalId: string): Promise<string | undefined> {
  const encode = async () =>
    // Tagged fields end the header (which kafkajs writes without them) and the request.
    new Encoder().writeInt8(0).writeUVarInt(2).writeUVarIntString(transactionalId).writeInt8(0);
  const decode = async (raw: Buffer): Promise<{ errorCode: number; state: string }> => {
    const decoder = new Decoder(raw);
    decoder.readInt8();
    // The time that the client is throttled, and the number of answers.
    decoder.readInt32();
    decoder.readUVarInt();
    const errorCode = decoder.readInt16();
    decoder.readUVarIntString();
    return { errorCode, state: decoder.readUVarIntString() };
  };
  const parse = async ({ errorCode, state }: Awaited<ReturnType<typeof decode>>) => {
    if (errorCode === transactionalIdNotFound) return undefined;
    if (errorCode !== 0)
      throw Object.assign(new Error(`the coordinator answers with error ${errorCode}`), { retriable: true });
    return state;
  };
  return coordinator.connectionPool.send({
    request: { apiKey: describeTransactions, apiVersion: 0, apiName: 'DescribeTransactions', encode },
    response: { decode, parse },
  }) as Promise<string | undefined>;
}
