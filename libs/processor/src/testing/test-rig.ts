import { loadConfig } from '@sluice/config';
import { statedTime } from '@sluice/kafka';
import { testKafka, testRun, uniqueName, type TestKafka, type TestRun } from '@sluice/kafka/testing';
import { deadLetterTopic } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { testContract, type TestEvent } from '@sluice/testkit';
import { processorParts, processorSettings } from '../processor-settings.ts';
import type { Processor } from '../processor.ts';
import { runProcessor } from '../run-processor.ts';

/** Two topics of their own on real servers, and processors between them. */
export async function testRig(options: { brokers: string; registryUrl: string; partitions?: number }) {
  const { brokers, registryUrl, partitions = 1 } = options;
  const kafka: TestKafka = await testKafka(brokers, { KAFKA_TOPIC_PARTITIONS: String(partitions) });
  const [from, to] = [testContract(uniqueName('from')), testContract(uniqueName('to'))];
  await kafka.ensureTopics([from.topic], { signal: AbortSignal.timeout(60_000) });
  const codec = createCodec({ url: registryUrl });
  const encoder = await codec.encoder(from);
  const producer = await kafka.producer();
  const group = uniqueName('processor');
  const running: TestRun[] = [];

  return {
    kafka,
    from,
    to,
    deadLetters: deadLetterTopic(from.topic),
    /** Sends events with these ids, at one time. */
    send: (ids: readonly string[], time = new Date()) =>
      producer.send(
        from.topic,
        ids.map((id) => ({
          key: id,
          value: encoder.encode({ id, time, text: id }),
          headers: { 'sluice-id': id },
          timestampMs: time.getTime(),
        })),
      ),
    sendRaw: (value: Buffer) => producer.send(from.topic, [{ key: null, value }]),
    schemaId: encoder.schemaId,
    /** What a reader of committed records sees. */
    async made(): Promise<{ event: TestEvent; id: string; key: string; timeMs: number | undefined }[]> {
      const records = (await kafka.ends(to.topic)) === undefined ? [] : await kafka.records(to.topic);
      return Promise.all(
        records.map(async (record) => {
          const { key, value, headers } = record;
          if (value === null) throw new Error('a record without a value');
          const schema = await codec.fetchSchema(value);
          const event = schema.decode(value.subarray(5), to) as TestEvent;
          return { event, id: String(headers['sluice-id']), key: String(key), timeMs: statedTime(record) };
        }),
      );
    },
    committed: async (partition = 0) => (await kafka.committedOffsets(group, from.topic)).get(partition),
    run(
      processor: Processor<TestEvent, TestEvent>,
      settings: Record<string, string> = {},
      through: { brokers?: string } = {},
    ): TestRun {
      const config = loadConfig('test', processorSettings, {
        KAFKA_BROKERS: through.brokers ?? brokers,
        SCHEMA_REGISTRY_URL: registryUrl,
        KAFKA_TOPIC_PARTITIONS: String(partitions),
        PROCESSOR_GROUP: group,
        LINGER_MS: '20',
        PROCESSOR_SESSION_TIMEOUT_MS: '6000',
        ...settings,
      });
      const one = testRun({
        app: 'test-processor',
        parts: processorParts,
        run: (context) => runProcessor({ processor, from, to, config, context }),
      });
      running.push(one);
      return one;
    },
    async close(): Promise<void> {
      await Promise.all(running.map((one) => one.stop().catch(() => {})));
      await producer.disconnect();
      await kafka.disconnect();
    },
  };
}

export const ids = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
