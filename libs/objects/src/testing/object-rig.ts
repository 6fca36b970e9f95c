import { headerText } from '@sluice/kafka';
import { capturedLog, testKafka, testRun, uniqueName, type TestRun } from '@sluice/kafka/testing';
import { deadLetterTopic, storedObject, type EventContract, type StoredObject } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { runCollectingSink, sinkParts, type CollectingSink, type CollectingSinkConfig } from '@sluice/sink';
import { createHealth, type AppContext } from '@sluice/telemetry';
import { serverAddresses, type ProxiedRequest } from '@sluice/testkit';
import type { ReadObject } from './read-object.ts';
import { testContract } from './test-records.ts';

type Environment = Readonly<Record<string, string>>;

/** A sink of objects, and its store. */
export interface ObjectSinkUnderTest {
  /** The sink's project name. */
  name: string;
  /** What the names of its settings begin with: `GCS_`. */
  settingPrefix: string;
  /** The store's address. */
  endpoint(): string;
  /** Whether a request creates an object. */
  isUpload(request: ProxiedRequest): boolean;
  /** The sink as the app makes it, for a bucket of its own. @param environment in addition to the addresses of the servers */
  create(
    bucket: string,
    environment: Environment,
    contracts: readonly EventContract[],
    context: Pick<AppContext, 'logger' | 'health'>,
  ): { sink: CollectingSink; config: CollectingSinkConfig };
  /** All objects of a bucket whose names begin so, by their first offsets, as an outsider reads them. */
  read(bucket: string, prefix?: string): Promise<ReadObject[]>;
}

/** One topic and one bucket of its own, and the app's sink between them, in this process. */
export async function objectRig(under: ObjectSinkUnderTest, { partitions = 1 }: { partitions?: number } = {}) {
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
  const settings = (values: Environment): Environment =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`${under.settingPrefix}${name}`, value]));
  const running: TestRun[] = [];
  const sinks: CollectingSink[] = [];

  return {
    topic,
    bucket,
    contract,
    newer,
    group: uniqueName(under.name),
    /** Settings of the store, by their names without its prefix. */
    settings,
    codec,
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
    async open(environment: Environment = {}): Promise<CollectingSink> {
      const context = { logger: capturedLog().logger, health: createHealth([]) };
      const { sink } = under.create(bucket, environment, [contract], context);
      sinks.push(sink);
      await sink.open(AbortSignal.timeout(30_000));
      return sink;
    },
    run(group: string, environment: Environment = {}): TestRun {
      const waits = settings({ OBJECT_WAIT_MS: '300', SMALL_OBJECT_WAIT_MS: '300' });
      const contracts = [contract];
      const one = testRun({
        app: under.name,
        parts: sinkParts,
        run(context) {
          const own = { SINK_GROUP: group, ...waits, ...environment };
          return runCollectingSink({ ...under.create(bucket, own, contracts, context), contracts, context });
        },
      });
      running.push(one);
      return one;
    },
    objects: () => under.read(bucket),
    /** The texts of all rows, in the order of names and rows. */
    texts: async () => (await under.read(bucket)).flatMap(({ rows }) => rows.map(({ text }) => text)),
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

export type ObjectRig = Awaited<ReturnType<typeof objectRig>>;
