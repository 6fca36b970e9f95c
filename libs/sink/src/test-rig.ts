import { testKafka, uniqueName, capturedLog, type LogLine, type TestKafka } from '@sluice/kafka/testing';
import { loadConfig } from '@sluice/config';
import { createCodec, deadLetterTopic, eventContract, type EventContract } from '@sluice/schemas';
import { createHealth, createMetrics, type Health } from '@sluice/telemetry';
import type { CollectingSink } from './collector.ts';
import { runSink } from './run-sink.ts';
import { collectingSinkSettings, sinkParts, sinkSettings } from './sink-settings.ts';
import type { Sink } from './sink.ts';

export interface TestEvent {
  id: string;
  time: Date;
  text: string;
}

/** A sink that runs in this process, as `main.ts` would run it. */
export interface RunningSink {
  /** What SIGTERM does; resolves when the sink has come to its end. */
  stop(): Promise<void>;
  /** Rejects when the sink fails. */
  done: Promise<void>;
  lines: LogLine[];
  health: Health;
  /** The value of a metric, summed over its labels. */
  metric(name: string): Promise<number>;
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
  const contract: EventContract<TestEvent> = eventContract({
    type: 'record',
    name: 'TestEvent',
    namespace: 'sluice.test',
    sluice: { topic, id: ['id'], key: ['id'], time: 'time' },
    fields: [
      { name: 'id', type: 'string' },
      { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'text', type: 'string' },
    ],
  });
  await kafka.ensureTopics([topic], { signal: AbortSignal.timeout(60_000) });
  const encoder = await createCodec({ url: registryUrl }).encoder(contract);
  const producer = await kafka.producer();
  const group = uniqueName('sink');
  const running: RunningSink[] = [];

  const encode = (id: string, text = id): Buffer => encoder.encode({ id, time: new Date(), text });

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
        const records = ids.slice(at, at + atOnce).map((id) => ({ key: id, value: encode(id, text), headers: { id } }));
        await producer.send(topic, records);
      }
    },
    sendRaw: (records: Parameters<typeof producer.send>[1]) => producer.send(topic, records),
    committed: async (partition = 0) => (await kafka.committedOffsets(group, topic)).get(partition),
    run(
      sink: Sink | CollectingSink,
      settings: Record<string, string> = {},
      through: { brokers?: string; registryUrl?: string } = {},
    ): RunningSink {
      const environment = {
        KAFKA_BROKERS: through.brokers ?? brokers,
        SCHEMA_REGISTRY_URL: through.registryUrl ?? registryUrl,
        KAFKA_TOPIC_PARTITIONS: String(partitions),
        KAFKA_COMPRESSION: compression,
        SINK_GROUP: group,
        SINK_SESSION_TIMEOUT_MS: '6000',
        ...settings,
      };
      const { logger, lines } = capturedLog();
      const [metrics, health, stop] = [createMetrics('test'), createHealth(sinkParts), new AbortController()];
      const context = { app: 'test-sink', logger, metrics, health, signal: stop.signal };
      const contracts = [contract];
      const done =
        'collect' in sink
          ? runSink({ sink, contracts, context, config: loadConfig('test', collectingSinkSettings, environment) })
          : runSink({
              ...{ sink, contracts, context },
              config: loadConfig('test', sinkSettings, { SINK_BATCH_WAIT_MS: '20', ...environment }),
            });
      done.catch(() => {});
      const one: RunningSink = {
        done,
        lines,
        health,
        stop() {
          stop.abort();
          return done;
        },
        async metric(name) {
          const { text } = await metrics.expose();
          const values = text.matchAll(new RegExp(`^${name}\\{.*\\} (\\S+)$`, 'gm'));
          return values.reduce((sum, [, value]) => sum + Number(value), 0);
        },
      };
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
