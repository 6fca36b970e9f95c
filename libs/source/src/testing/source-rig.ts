import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDeadLetterHeaders, type KafkaRecord } from '@sluice/kafka';
import { testKafka, type TestKafka } from '@sluice/kafka/testing';
import { deadLetterTopic, type EventContract } from '@sluice/contracts';
import { createCodec, prefixBytes } from '@sluice/schema-registry';
import { serverAddresses, startAppProcess, type AppProcess } from '@sluice/testkit';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** An event in Kafka, and the record that carries it. */
export interface PublishedEvent<T> {
  event: T;
  record: KafkaRecord;
}

/** A dead letter in Kafka: its value, and what its headers say. */
interface PublishedDeadLetter {
  value: Buffer | null;
  facts: ReturnType<typeof readDeadLetterHeaders>;
}

/** A source as a process, and what it publishes. Tests share the source's topic, so each marks its events. */
export interface SourceRig<T> {
  readonly kafka: TestKafka;
  /** Removed at the end. */
  readonly folder: string;
  /** Starts the app against the real servers. It is stopped at the end of the test. */
  start(environment: Readonly<Record<string, string>>): AppProcess;
  /** All that the apps have logged. */
  log(): string;
  /** The events whose records contain the mark. */
  events(mark: string): Promise<PublishedEvent<T>[]>;
  /** The dead letters whose values contain the mark. */
  deadLetters(mark: string): Promise<PublishedDeadLetter[]>;
  /** Closes something at the end of the test. */
  closing(close: () => unknown): void;
}

/** Declares the hooks of an integration spec of a source: call it once, at the top of the spec. @param app its project's name */
export function sourceRig<T extends object>(app: string, contract: EventContract<T>): SourceRig<T> {
  const folder = mkdtempSync(join(tmpdir(), `sluice-${app}-`));
  const logFile = join(folder, `${app}.log`);
  const closing: (() => unknown)[] = [];
  let connected: TestKafka | undefined;
  const kafka = () => {
    if (connected === undefined) throw new Error('the rig is connected when the tests begin');
    return connected;
  };

  beforeAll(async () => {
    connected = await testKafka(serverAddresses().kafkaBrokers);
    const topics = [contract.topic, deadLetterTopic(contract.topic)];
    await connected.ensureTopics(topics, { signal: AbortSignal.timeout(60_000) });
  });
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });
  afterAll(async () => {
    await connected?.disconnect();
    rmSync(folder, { recursive: true, force: true });
  });

  const records = async (topic: string, mark: string) =>
    (await kafka().records(topic)).filter(({ value }) => value?.includes(mark) === true);

  return {
    get kafka() {
      return kafka();
    },
    folder,
    start(environment) {
      const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
      const process = startAppProcess({
        folder: `sources/${app}`,
        environment: { KAFKA_BROKERS: kafkaBrokers, SCHEMA_REGISTRY_URL: schemaRegistryUrl, ...environment },
        logFile,
      });
      closing.push(() => process.kill());
      return process;
    },
    log: () => readFileSync(logFile, 'utf8'),
    async events(mark) {
      const codec = createCodec({ url: serverAddresses().schemaRegistryUrl });
      const found: PublishedEvent<T>[] = [];
      for (const record of await records(contract.topic, mark)) {
        const value = record.value ?? Buffer.alloc(0);
        const schema = await codec.fetchSchema(value);
        found.push({ event: schema.decode(value.subarray(prefixBytes), contract) as T, record });
      }
      return found;
    },
    async deadLetters(mark) {
      const found = await records(deadLetterTopic(contract.topic), mark);
      return found.map(({ value, headers }) => ({ value, facts: readDeadLetterHeaders(headers) }));
    },
    closing: (close) => void closing.push(close),
  };
}
