import { loadConfig } from '@sluice/config';
import { capturedLog, testKafka, uniqueName, type LogLine, type TestKafka } from '@sluice/kafka/testing';
import { createCodec, deadLetterTopic, eventContract, type EventContract } from '@sluice/schemas';
import { createHealth, createMetrics } from '@sluice/telemetry';
import { processorParts, processorSettings } from './processor-settings.ts';
import type { Processor } from './processor.ts';
import { runProcessor } from './run-processor.ts';

export interface TestEvent {
  id: string;
  time: Date;
  text: string;
}

export const testContract = (topic: string): EventContract<TestEvent> =>
  eventContract({
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

/** A processor that runs in this process, as `main.ts` would run it. */
export interface RunningProcessor {
  /** What SIGTERM does. */
  stop(): Promise<void>;
  /** Rejects when the processor fails. */
  done: Promise<void>;
  lines: LogLine[];
}

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
  const running: RunningProcessor[] = [];

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
          headers: { id },
          timestampMs: time.getTime(),
        })),
      ),
    sendRaw: (value: Buffer) => producer.send(from.topic, [{ key: null, value }]),
    schemaId: encoder.schemaId,
    /** What a reader of committed records sees. */
    async made(): Promise<{ event: TestEvent; id: string; key: string; timestampMs: number }[]> {
      const records = (await kafka.ends(to.topic)) === undefined ? [] : await kafka.records(to.topic);
      return Promise.all(
        records.map(async ({ key, value, timestampMs, headers }) => {
          if (value === null) throw new Error('a record without a value');
          const schema = await codec.fetchSchema(value);
          const event = schema.decode(value.subarray(5), to) as TestEvent;
          return { event, id: String(headers['id']), key: String(key), timestampMs };
        }),
      );
    },
    committed: async (partition = 0) => (await kafka.committedOffsets(group, from.topic)).get(partition),
    run(
      processor: Processor<TestEvent, TestEvent>,
      settings: Record<string, string> = {},
      through: { brokers?: string } = {},
    ): RunningProcessor {
      const config = loadConfig('test', processorSettings, {
        KAFKA_BROKERS: through.brokers ?? brokers,
        SCHEMA_REGISTRY_URL: registryUrl,
        KAFKA_TOPIC_PARTITIONS: String(partitions),
        SINK_GROUP: group,
        SINK_BATCH_WAIT_MS: '20',
        SINK_SESSION_TIMEOUT_MS: '6000',
        ...settings,
      });
      const { logger, lines } = capturedLog();
      const stop = new AbortController();
      const [metrics, health] = [createMetrics('test'), createHealth(processorParts)];
      const context = { app: 'test-processor', logger, metrics, health, signal: stop.signal };
      const done = runProcessor({ processor, from, to, config, context });
      done.catch(() => {});
      const one: RunningProcessor = {
        done,
        lines,
        stop() {
          stop.abort();
          return done;
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
