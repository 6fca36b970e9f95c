import { loadConfig } from '@sluice/config';
import { headerText } from '@sluice/kafka';
import { capturedLog, testKafka, testRun, uniqueName, type TestRun } from '@sluice/kafka/testing';
import { deadLetterTopic, storedObject, type EventContract, type StoredObject } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { collectingSinkSettings, runCollectingSink, sinkParts, type CollectingSink } from '@sluice/sink';
import { createHealth } from '@sluice/telemetry';
import { serverAddresses } from '@sluice/testkit';
import { gcsSink } from '../gcs-sink.ts';
import { gcsSinkRules, gcsSinkSettings, type GcsSinkConfig } from '../settings.ts';
import { readBucket } from './read-bucket.ts';
import { testContract } from './test-records.ts';

/** A configuration as the app would read it, for a bucket of its own. */
export function rigConfig(bucket: string, environment: Readonly<Record<string, string>> = {}): GcsSinkConfig {
  const { kafkaBrokers, schemaRegistryUrl, gcsEndpoint } = serverAddresses();
  return loadConfig(
    'gcs',
    { ...gcsSinkSettings, ...collectingSinkSettings },
    {
      KAFKA_BROKERS: kafkaBrokers,
      SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      GCS_ENDPOINT: gcsEndpoint,
      GCS_BUCKET: bucket,
      SINK_SESSION_TIMEOUT_MS: '6000',
      ...environment,
    },
    gcsSinkRules,
  );
}

/** One topic and one bucket of its own, and the app's sink between them, in this process. */
export async function gcsRig({ partitions = 1 }: { partitions?: number } = {}) {
  const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
  const kafka = await testKafka(kafkaBrokers, { KAFKA_TOPIC_PARTITIONS: String(partitions) });
  const [topic, bucket] = [uniqueName('events'), uniqueName('bucket')];
  const contract = testContract([{ name: 'text', type: 'string' }], { topic });
  /** The contract after it has gained a field. */
  const newer = testContract(
    [
      { name: 'text', type: 'string' },
      { name: 'mood', type: ['null', 'string'], default: null },
    ],
    { topic },
  );
  const codec = createCodec({ url: schemaRegistryUrl });
  await kafka.ensureTopics([topic, deadLetterTopic(topic)], { signal: AbortSignal.timeout(60_000) });
  const producer = await kafka.producer();
  const running: TestRun[] = [];
  const sinks: CollectingSink[] = [];

  return {
    topic,
    bucket,
    contract,
    newer,
    group: uniqueName('gcs'),
    codec,
    config: (environment: Readonly<Record<string, string>> = {}) => rigConfig(bucket, environment),
    /** Sends an event for each text, in order where there is one partition. */
    async send(
      texts: readonly string[],
      { by = contract, timeMs = Date.now() }: { by?: EventContract; timeMs?: number } = {},
    ) {
      const encoder = await codec.encoder(by);
      const records = texts.map((text, n) => ({
        key: String(n),
        value: encoder.encode({ time: new Date(timeMs), text, mood: 'calm' }),
        timestampMs: timeMs,
        headers: { 'sluice-id': text },
      }));
      await producer.send(topic, records);
    },
    sendRaw: (value: Buffer | null) => producer.send(topic, [{ key: 'raw', value }]),
    /** An opened sink, to be driven by hand. */
    async open(environment: Readonly<Record<string, string>> = {}): Promise<CollectingSink> {
      const sink = gcsSink(rigConfig(bucket, environment), [contract], {
        logger: capturedLog().logger,
        health: createHealth([]),
      });
      sinks.push(sink);
      await sink.open(AbortSignal.timeout(30_000));
      return sink;
    },
    run(group: string, environment: Readonly<Record<string, string>> = {}): TestRun {
      const config = rigConfig(bucket, {
        SINK_GROUP: group,
        GCS_OBJECT_WAIT_MS: '300',
        GCS_SMALL_OBJECT_WAIT_MS: '300',
        ...environment,
      });
      const contracts = [contract];
      const one = testRun({
        app: 'gcs',
        parts: sinkParts,
        run: (context) => runCollectingSink({ sink: gcsSink(config, contracts, context), contracts, config, context }),
      });
      running.push(one);
      return one;
    },
    objects: () => readBucket(bucket),
    /** The texts of all rows, in the order of names and rows. */
    texts: async () => (await readBucket(bucket)).flatMap(({ rows }) => rows.map(({ text }) => text)),
    records: () => kafka.records(topic),
    deadLetters: () => kafka.records(deadLetterTopic(topic)),
    /** What has been announced of this topic. */
    async announced(): Promise<{ object: StoredObject; id: string | undefined }[]> {
      const found: { object: StoredObject; id: string | undefined }[] = [];
      for (const record of await kafka.records(storedObject.topic)) {
        if (record.key?.toString() !== topic || record.value === null) continue;
        const schema = await codec.fetchSchema(record.value);
        const object = schema.decode(record.value.subarray(5), storedObject) as StoredObject;
        found.push({ object: { ...object }, id: headerText(record.headers, 'sluice-id') });
      }
      return found;
    },
    async close(): Promise<void> {
      await Promise.all(running.map((one) => one.stop().catch(() => {})));
      await Promise.all(sinks.map((sink) => sink.close()));
      await producer.disconnect();
      await kafka.disconnect();
    },
  };
}

export type GcsRig = Awaited<ReturnType<typeof gcsRig>>;
