// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../untyped-modules.d.ts" />
import Decoder from 'kafkajs/src/protocol/decoder.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import type { Broker } from '../cluster.ts';

// kafkajs drops the broker's sentence, which names the setting and the limit. All of them throw an error with that sentence.

interface TopicOutcome {
  errorCode: number;
  message: string | null;
}

/** How long the controller may take. */
const timeoutMs = 10_000;

/** https://kafka.apache.org/protocol#The_Messages_CreateTopics, version 2 */
export async function createTopicRequest(
  controller: Broker,
  topic: string,
  options: { partitions: number; replicas: number; settings: Readonly<Record<string, string>> },
): Promise<void> {
  const { partitions, replicas, settings } = options;
  await send(controller, { apiKey: 19, apiVersion: 2, apiName: 'CreateTopics' }, topicErrors, (request) => {
    // One topic, without assignments.
    request.writeInt32(1).writeString(topic).writeInt32(partitions).writeInt16(replicas).writeInt32(0);
    request.writeInt32(Object.keys(settings).length);
    for (const [name, value] of Object.entries(settings)) request.writeString(name).writeString(value);
    return request.writeInt32(timeoutMs).writeBoolean(false);
  });
}

/** https://kafka.apache.org/protocol#The_Messages_CreatePartitions, version 0 */
export async function addPartitionsRequest(
  controller: Broker,
  topic: string,
  total: number,
  validateOnly: boolean,
): Promise<void> {
  await send(controller, { apiKey: 37, apiVersion: 0, apiName: 'CreatePartitions' }, topicErrors, (request) =>
    // The broker chooses the replicas.
    request
      .writeInt32(1)
      .writeString(topic)
      .writeInt32(total)
      .writeInt32(-1)
      .writeInt32(timeoutMs)
      .writeBoolean(validateOnly),
  );
}

const topicResource = 2;
const [set, unset] = [0, 1];

/**
 * Changes some settings (KIP-339). kafkajs can only replace all of them.
 * https://kafka.apache.org/protocol#The_Messages_IncrementalAlterConfigs, version 0
 *
 * @param changes `undefined` returns to the broker's value
 */
export async function changeSettingsRequest(
  broker: Broker,
  topic: string,
  changes: Readonly<Record<string, string | undefined>>,
  validateOnly: boolean,
): Promise<void> {
  const api = { apiKey: 44, apiVersion: 0, apiName: 'IncrementalAlterConfigs' };
  await send(broker, api, resourceErrors, (request) => {
    request.writeInt32(1).writeInt8(topicResource).writeString(topic);
    request.writeInt32(Object.keys(changes).length);
    for (const [name, value] of Object.entries(changes))
      request
        .writeString(name)
        .writeInt8(value === undefined ? unset : set)
        .writeString(value ?? null);
    return request.writeBoolean(validateOnly);
  });
}

function topicErrors(decoder: Decoder): TopicOutcome {
  // The one topic's name.
  decoder.readString();
  return { errorCode: decoder.readInt16(), message: decoder.readString() };
}

const resourceErrors = (decoder: Decoder): TopicOutcome => ({
  errorCode: decoder.readInt16(),
  message: decoder.readString(),
});

async function send(
  broker: Broker,
  api: { apiKey: number; apiVersion: number; apiName: string },
  outcome: (decoder: Decoder) => TopicOutcome,
  encode: (request: Encoder) => Encoder,
): Promise<void> {
  await broker.connectionPool.send({
    request: { ...api, encode: async () => encode(new Encoder()) },
    response: {
      async decode(raw: Buffer) {
        const decoder = new Decoder(raw);
        // The time that the client is throttled, and the number of topics.
        decoder.readInt32();
        decoder.readInt32();
        return outcome(decoder);
      },
      async parse({ errorCode, message }: TopicOutcome) {
        if (errorCode === 0) return;
        const error = createErrorFromCode(errorCode);
        if (message !== null && message !== '') error.message = message;
        throw error;
      },
    },
  });
}
