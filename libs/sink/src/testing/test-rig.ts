import { loadConfig } from '@sluice/config';
import { testKafka, testRun, uniqueName, type TestKafka, type TestRun } from '@sluice/kafka/testing';
import { deadLetterTopic } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import type { AppContext } from '@sluice/telemetry';
import { testContract } from '@sluice/testkit';
import type { CollectingSink } from '../contract/collector.ts';
import { runCollectingSink, runSink } from '../run-sink.ts';
import { collectingSinkSettings, sinkParts, sinkSettings } from '../sink-settings.ts';
import type { Sink } from '../contract/sink.ts';

type Environment = Readonly<Record<string, string>>;

/** Servers other than the environment's, such as a proxy. */
interface Through {
  brokers?: string;
  registryUrl?: string;
}

/** One event with a topic of its own on real servers, and sinks that deliver it. */
export async function testRig(options: {
  brokers: string;
  registryUrl: string;
  partitions?: number;
  compression?: string;
}) {
  const { brokers, registryUrl, partitions = 1, compression = 'none' } = options;
  const kafka: TestKafka = await testKafka(brokers, {
    KAFKA_TOPIC_PARTITIONS: String(partitions),
    KAFKA_COMPRESSION: compression,
  });
  const topic = uniqueName('events');
  const contract = testContract(topic);
  await kafka.ensureTopics([topic], { signal: AbortSignal.timeout(60_000) });
  const encoder = await createCodec({ url: registryUrl }).encoder(contract);
  const producer = await kafka.producer();
  const group = uniqueName('sink');
  const running: TestRun[] = [];

  const encode = (id: string, text = id): Buffer => encoder.encode({ id, time: new Date(), text });

  const environment = (through: Through): Environment => ({
    KAFKA_BROKERS: through.brokers ?? brokers,
    SCHEMA_REGISTRY_URL: through.registryUrl ?? registryUrl,
    KAFKA_TOPIC_PARTITIONS: String(partitions),
    KAFKA_COMPRESSION: compression,
    SINK_GROUP: group,
    SINK_SESSION_TIMEOUT_MS: '6000',
  });
  const started = (run: (context: AppContext) => Promise<void>): TestRun => {
    const one = testRun({ app: 'test-sink', parts: sinkParts, run });
    running.push(one);
    return one;
  };

  return {
    kafka,
    contract,
    topic,
    group,
    deadLetters: deadLetterTopic(topic),
    encode,
    /** Sends events with these ids. */
    async send(ids: readonly string[], text?: string): Promise<void> {
      // A batch of the broker is 1 MiB at most.
      const atOnce = Math.max(1, Math.min(1_000, Math.floor(800_000 / (text ?? '').length)));
      for (let at = 0; at < ids.length; at += atOnce) {
        const records = ids
          .slice(at, at + atOnce)
          .map((id) => ({ key: id, value: encode(id, text), headers: { 'sluice-id': id } }));
        await producer.send(topic, records);
      }
    },
    sendRaw: (records: Parameters<typeof producer.send>[1]) => producer.send(topic, records),
    committed: async (partition = 0) => (await kafka.committedOffsets(group, topic)).get(partition),
    run(sink: Sink, settings: Environment = {}, through: Through = {}): TestRun {
      const config = loadConfig('test', sinkSettings, { LINGER_MS: '20', ...environment(through), ...settings });
      return started((context) => runSink({ sink, contracts: [contract], context, config }));
    },
    runCollecting(sink: CollectingSink, settings: Environment = {}, through: Through = {}): TestRun {
      const config = loadConfig('test', collectingSinkSettings, { ...environment(through), ...settings });
      return started((context) => runCollectingSink({ sink, contracts: [contract], context, config }));
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
