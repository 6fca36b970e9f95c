// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../kafkajs/untyped-modules.d.ts" />
import { setTimeout as delay } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import { newCluster } from '../kafkajs/cluster.ts';
import { transactionVersion } from '../kafkajs/requests/transaction-version.ts';

/**
 * Has a broker run transactions as older ones do (version 1), or as Kafka 4 does (version 2), and waits until that is in effect. For a test
 * with a separate broker.
 * https://kafka.apache.org/protocol#The_Messages_UpdateFeatures, version 1
 */
export async function setTransactionVersion(brokers: string, version: 1 | 2): Promise<void> {
  const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
  const cluster = newCluster(kafka);
  await cluster.connect();
  try {
    // A new broker has first to make the topic of its coordinators.
    const broker = await cluster.findGroupCoordinator({ groupId: 'any', coordinatorType: 1 });
    if ((await transactionVersion(broker)) === version) return;
    const [timeoutMs, oneFeature, upgrade, safeDowngrade] = [10_000, 2, 1, 2];
    const encode = async () =>
      // Tagged fields end the header, the feature and the request.
      new Encoder()
        .writeInt8(0)
        .writeInt32(timeoutMs)
        .writeUVarInt(oneFeature)
        .writeUVarIntString('transaction.version')
        .writeInt16(version)
        .writeInt8(version === 1 ? safeDowngrade : upgrade)
        .writeInt8(0)
        .writeBoolean(false)
        .writeInt8(0);
    const decode = async (raw: Buffer) => {
      const decoder = new Decoder(raw);
      decoder.readTaggedFields();
      decoder.readInt32();
      return { errorCode: decoder.readInt16(), message: decoder.readUVarIntString() };
    };
    const parse = async ({ errorCode, message }: Awaited<ReturnType<typeof decode>>) => {
      if (errorCode !== 0) throw new Error(`the broker does not change its transaction.version: ${message}`);
    };
    await broker.connectionPool.send({
      request: { apiKey: 57, apiVersion: 1, apiName: 'UpdateFeatures', encode },
      response: { decode, parse },
    });
    while ((await transactionVersion(broker)) !== version) await delay(20);
  } finally {
    await cluster.disconnect();
  }
}
