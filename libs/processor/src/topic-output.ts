import { connectKafka, outgoingEvent, registryOptions, type KafkaConfig } from '@sluice/kafka';
import type { EventContract } from '@sluice/contracts';
import { createCodec, type Encoder } from '@sluice/schema-registry';
import type { OutputRecord } from '@sluice/sink';
import { processorMetrics, type AppContext } from '@sluice/telemetry';

/** The topic that a processor writes to. */
export interface TopicOutput<Out extends object> {
  readonly topic: string;
  /** Creates the topic where it is absent and registers the contract. Repeatable. */
  open(signal: AbortSignal): Promise<void>;
  /**
   * The record of an event, to be published with the offset of what it was made from.
   *
   * @throws TypeError when the event does not fit its contract; it names the fields, not their contents
   */
  encode(event: Out): OutputRecord;
}

export function topicOutput<Out extends object>(
  contract: EventContract<Out>,
  config: KafkaConfig & Parameters<typeof registryOptions>[0],
  { app, logger, health, metrics }: AppContext,
): TopicOutput<Out> {
  const { topic } = contract;
  let encoder: Encoder<Out> | undefined;
  const outputs = metrics.counter(processorMetrics.outputs);
  // So that it is known from the start where the processor publishes.
  outputs.inc({ topic }, 0);
  return {
    topic,
    async open(signal) {
      const kafka = await connectKafka({ config, clientId: app, logger, health, signal });
      try {
        await kafka.ensureTopics([topic], { signal });
      } finally {
        await kafka.disconnect();
      }
      encoder = await createCodec(registryOptions(config)).encoder(contract);
    },
    encode(event) {
      if (encoder === undefined) throw new Error('encode is called before open');
      outputs.inc({ topic });
      return { topic, ...outgoingEvent({ value: event }, contract, encoder, Date.now()) };
    },
  };
}
