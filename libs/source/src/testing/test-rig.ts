import { loadConfig } from '@sluice/config';
import { testKafka, testRun, uniqueName, type TestRun } from '@sluice/kafka/testing';
import { deadLetterTopic } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { testContract, type TestEvent } from '@sluice/testkit';
import { cursorTopic } from '../publishing/cursor-store.ts';
import { runSource } from '../run-source.ts';
import { sourceParts, sourceSettings } from '../source-settings.ts';
import type { ReadContext, SourceItem } from '../source.ts';
import { transactionalId } from '../publishing/transactional-publisher.ts';

/** One event with a topic of its own on real servers, and sources that bring it there. */
export async function testRig(options: { brokers: string; registryUrl: string; partitions?: number }) {
  const { brokers, registryUrl, partitions = 1 } = options;
  const kafka = await testKafka(brokers);
  const topic = uniqueName('events');
  const contract = testContract(topic);
  const codec = createCodec({ url: registryUrl });
  const running: TestRun[] = [];
  /**
   * Waits until what a source committed last can be read: Kafka acknowledges a commit before the markers are in the partitions. Ends a
   * source that still runs.
   */
  const settle = async (instance?: string): Promise<void> => {
    const successor = await kafka.transactionalProducer(
      transactionalId(instance === undefined ? topic : `${topic}.${instance}`),
    );
    await successor.close();
  };
  return {
    kafka,
    contract,
    settle,
    topic,
    deadLetters: deadLetterTopic(topic),
    /** The ids of all events in Kafka, by partition and offset. */
    ids: async () => (await kafka.records(topic)).map(({ headers }) => String(headers['sluice-id'])),
    /** What went to the dead letters, as text. */
    deadLetterTexts: async () => (await kafka.records(deadLetterTopic(topic))).map(({ value }) => String(value)),
    /** The stored cursor. */
    cursor: async (): Promise<unknown> => {
      const newest = (await kafka.records(cursorTopic(topic))).at(-1);
      return newest && JSON.parse(String(newest.value)).cursor;
    },
    async decode(value: Buffer): Promise<unknown> {
      return (await codec.fetchSchema(value)).decode(value.subarray(5), contract);
    },
    run(
      read: (context: ReadContext) => AsyncIterable<SourceItem<TestEvent>>,
      settings: Record<string, string> = {},
      { cursors = true, through }: { cursors?: boolean; through?: string } = {},
    ): TestRun {
      const config = loadConfig('test', sourceSettings, {
        KAFKA_BROKERS: through ?? brokers,
        SCHEMA_REGISTRY_URL: registryUrl,
        KAFKA_TOPIC_PARTITIONS: String(partitions),
        KAFKA_COMPRESSION: 'none',
        ...settings,
      });
      const one = testRun({
        app: topic,
        parts: sourceParts,
        async run(context) {
          await runSource({ source: { read }, contract, config, context, cursors });
          // Not where a broker is away for good.
          if (cursors) await settle(config.SOURCE_INSTANCE).catch(() => {});
        },
      });
      running.push(one);
      return one;
    },
    async close(): Promise<void> {
      await Promise.all(running.map((one) => one.stop().catch(() => {})));
      await kafka.disconnect();
    },
  };
}
