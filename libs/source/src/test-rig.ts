import { loadConfig } from '@sluice/config';
import { capturedLog, testKafka, uniqueName, type LogLine } from '@sluice/kafka/testing';
import { createCodec, deadLetterTopic, eventContract, type EventContract } from '@sluice/schemas';
import { createHealth, createMetrics, type Health } from '@sluice/telemetry';
import { cursorTopic } from './cursor-store.ts';
import { runSource } from './run-source.ts';
import { sourceParts, sourceSettings } from './source-settings.ts';
import type { ReadContext, SourceEvent } from './source.ts';

export interface TestEvent {
  id: string;
  time: Date;
  text: string;
}

/** A source that runs in this process, as `main.ts` would run it. */
export interface RunningSource {
  /** What SIGTERM does; resolves when the source has come to its end. */
  stop(): Promise<void>;
  done: Promise<void>;
  lines: LogLine[];
  health: Health;
}

export const event = (id: string, more: Partial<TestEvent> = {}): TestEvent => ({
  id,
  time: new Date(),
  text: id,
  ...more,
});

/** One event with a topic of its own on real servers, and sources that bring it there. */
export async function testRig(options: { brokers: string; registryUrl: string; partitions?: number }) {
  const { brokers, registryUrl, partitions = 1 } = options;
  const kafka = await testKafka(brokers);
  const topic = uniqueName('events');
  const app = uniqueName('source');
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
  const codec = createCodec({ url: registryUrl });
  const running: RunningSource[] = [];
  return {
    kafka,
    contract,
    topic,
    deadLetters: deadLetterTopic(topic),
    /** The ids of all events in Kafka, by partition and offset. */
    ids: async () => (await kafka.records(topic)).map(({ headers }) => String(headers['id'])),
    /** The stored cursor. */
    cursor: async () =>
      (await kafka.records(cursorTopic)).findLast(({ key }) => String(key) === app)?.value?.toString(),
    async decode(value: Buffer): Promise<unknown> {
      return (await codec.fetchSchema(value)).decode(value.subarray(5), contract);
    },
    run(
      read: (context: ReadContext) => AsyncIterable<SourceEvent<TestEvent>>,
      settings: Record<string, string> = {},
      { cursors = true, through }: { cursors?: boolean; through?: string } = {},
    ): RunningSource {
      const config = loadConfig('test', sourceSettings, {
        KAFKA_BROKERS: through ?? brokers,
        SCHEMA_REGISTRY_URL: registryUrl,
        KAFKA_TOPIC_PARTITIONS: String(partitions),
        KAFKA_COMPRESSION: 'none',
        ...settings,
      });
      const { logger, lines } = capturedLog();
      const [metrics, health, stop] = [createMetrics('test'), createHealth(sourceParts), new AbortController()];
      const context = { app, logger, metrics, health, signal: stop.signal };
      const done = runSource({ source: { read }, contract, config, context, cursors });
      done.catch(() => {});
      const one: RunningSource = {
        done,
        lines,
        health,
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
      await kafka.disconnect();
    },
  };
}
