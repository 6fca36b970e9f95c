// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../untyped-modules.d.ts" />
import Decoder from 'kafkajs/src/protocol/decoder.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import type { Broker } from '../cluster.ts';

const finalizedFeaturesTag = 2;

/**
 * Asks for the version of transactions that all brokers of the cluster agree on: from 2 on, a producer need not name a transaction's
 * partitions and groups beforehand (KIP-890). kafkajs knows no features.
 * https://kafka.apache.org/protocol#The_Messages_ApiVersions, version 3
 *
 * @returns 0 where the broker gives none
 */
export async function transactionVersion(broker: Broker): Promise<number> {
  const encode = async () =>
    // Tagged fields end the header (which kafkajs writes without them) and the request.
    new Encoder().writeInt8(0).writeUVarIntString('sluice').writeUVarIntString('0').writeInt8(0);
  return broker.connectionPool.send({
    request: { apiKey: 18, apiVersion: 3, apiName: 'ApiVersions', encode },
    response: { decode: async (raw: Buffer) => decodeVersion(raw), parse: async (version: number) => version },
  }) as Promise<number>;
}

function decodeVersion(raw: Buffer): number {
  const decoder = new Decoder(raw);
  // A broker that does not know this version of the request answers with an error in the form of version 0.
  if (decoder.readInt16() !== 0) return 0;
  for (let apis = decoder.readUVarInt() - 1; apis > 0; apis--) {
    // A request's number, and its first and last version.
    decoder.offset += 6;
    decoder.readTaggedFields();
  }
  // The time that the client is throttled.
  decoder.readInt32();
  for (let tags = decoder.readUVarInt(); tags > 0; tags--) {
    const tag = decoder.readUVarInt();
    const end = decoder.readUVarInt() + decoder.offset;
    if (tag === finalizedFeaturesTag)
      for (let features = decoder.readUVarInt() - 1; features > 0; features--) {
        const name = decoder.readUVarIntString();
        const version = decoder.readInt16();
        if (name === 'transaction.version') return version;
        // The lowest version.
        decoder.readInt16();
        decoder.readTaggedFields();
      }
    decoder.offset = end;
  }
  return 0;
}
