import kafkajs, { type Admin, type KafkaConfig as KafkaJsConfig } from 'kafkajs';
import { patiently, type Health, type Logger } from '@sluice/telemetry';
import { compressionTypes, registerCompressionCodecs } from './compression/compression-codecs.ts';
import { installFetchDecoder } from './fetch-response.ts';
import { createEventProducer, type EventProducer } from './event-producer.ts';
import { joinGroup, type AssignedPartition, type GroupConsumer, type GroupOptions } from './group-consumer.ts';
import { kafkaLog } from './kafka-log.ts';
import { explained } from './kafkajs/explain-error.ts';
import { installRequestQueue } from './kafkajs/request-queue.ts';
import { sharedProducers } from './kafkajs/shared-producers.ts';
import { endLostTransaction, type TransactionTopics } from './lost-transaction.ts';
import { nextShared } from './next-shared.ts';
import type { KafkaConfig } from './kafka-settings.ts';
import { partitionTransactions, type PartitionTransactions } from './partition-transactions.ts';
import { persistently } from './persistently.ts';
import { topicReader, type TopicReader } from './topic-reader.ts';
import { createTransactionalProducer, type TransactionalProducer } from './transactional-producer.ts';

/** A connected Kafka cluster: the only way to Kafka for everything outside this library. */
export interface KafkaClient extends TopicReader {
  /**
   * Creates the topics that do not exist yet. Where this client may not create topics, waits until somebody has.
   *
   * @param options.settings topic configuration entries, such as `cleanup.policy`
   * @param options.partitions how many each gets, if not as many as configured
   */
  ensureTopics(
    topics: readonly string[],
    options: { signal: AbortSignal; settings?: Readonly<Record<string, string>>; partitions?: number },
  ): Promise<void>;
  producer(): Promise<EventProducer>;
  join(options: Omit<GroupOptions, 'logger' | 'health'>): GroupConsumer;
  /** @param compression of the published records: the client's */
  transactions(groupId: string, assigned: AssignedPartition): PartitionTransactions;
  /**
   * Opens a producer whose records come in transactions; all earlier ones of the same id are fenced by then.
   *
   * @param topics what it writes to, where a transaction of it that Kafka has lost the end of must not be ended with the next
   */
  transactionalProducer(transactionalId: string, topics?: TransactionTopics): Promise<TransactionalProducer>;
  /** The names of all topics. */
  topics(): Promise<string[]>;
  /** The names of all consumer groups, also of those without members whose offsets are kept. */
  groups(): Promise<string[]>;
  /**
   * The group's committed offsets by partition; a partition without one is absent. An offset that was committed in a transaction can
   * be missing for a moment after it: who goes on from it asks `transactions(…).begin()`.
   */
  committedOffsets(groupId: string, topic: string): Promise<Map<number, bigint>>;
  disconnect(): Promise<void>;
}

/**
 * Connects to Kafka, waiting for as long as that takes.
 *
 * @param clientId how the broker's logs and quotas name this process: the app's name
 */
export async function connectKafka(options: {
  config: KafkaConfig;
  clientId: string;
  logger: Logger;
  /** Gets to know when Kafka is waited for. */
  health?: Pick<Health, 'waiting'>;
  signal: AbortSignal;
}): Promise<KafkaClient> {
  const { config, clientId, logger, health, signal } = options;
  registerCompressionCodecs();
  installFetchDecoder(config.KAFKA_MAX_BATCH_BYTES);
  installRequestQueue();
  const kafka = new kafkajs.Kafka({
    clientId,
    brokers: [...config.KAFKA_BROKERS],
    ...security(config),
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 5_000 },
    logCreator: kafkaLog(logger),
    // Its debug lines cost even when nobody reads them.
    logLevel: logger.isLevelEnabled('debug') ? kafkajs.logLevel.DEBUG : kafkajs.logLevel.NOTHING,
  });
  const compression = compressionTypes[config.KAFKA_COMPRESSION];
  const admin = kafka.admin({ retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 } });
  const reader = topicReader(kafka, admin);
  const what = `Kafka at ${config.KAFKA_BROKERS.join(', ')}`;
  await patiently({ what, signal, logger, health }, () =>
    explained(connectAndAsk(admin), {
      connecting: { tls: config.KAFKA_TLS, login: config.KAFKA_SASL_MECHANISM !== undefined },
    }),
  );

  const committedOffsets: KafkaClient['committedOffsets'] = async (groupId, topic) => {
    const [found] = await explained(admin.fetchOffsets({ groupId, topics: [topic] }), {
      group: groupId,
      topics: [topic],
    });
    return new Map(
      (found?.partitions ?? [])
        .filter(({ offset }) => Number(offset) >= 0)
        .map(({ partition, offset }) => [partition, BigInt(offset)]),
    );
  };

  const createAbsent = async (
    topics: readonly string[],
    {
      stop,
      settings,
      partitions,
    }: { stop: AbortSignal; settings: Readonly<Record<string, string>>; partitions: number },
  ): Promise<void> => {
    const existing = new Set(await admin.listTopics());
    const absent = topics.filter((topic) => !existing.has(topic));
    if (absent.length === 0) return;
    await admin.createTopics({
      waitForLeaders: false,
      topics: absent.map((topic) => ({
        topic,
        numPartitions: partitions,
        replicationFactor: config.KAFKA_TOPIC_REPLICATION,
        configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
      })),
    });
    // For a moment the broker itself does not know them.
    await persistently(stop, () => admin.fetchTopicMetadata({ topics: absent }));
  };

  const producers = sharedProducers(kafka);
  // Partitions are assigned all at once, and each asks.
  const sharedOffsets = new Map<string, () => Promise<Map<number, bigint>>>();
  const sharedEnds = new Map<string, () => ReturnType<TopicReader['ends']>>();
  const shared = <T>(calls: Map<string, () => Promise<T>>, name: string, act: () => Promise<T>): Promise<T> => {
    const call = calls.get(name) ?? nextShared(act);
    calls.set(name, call);
    return call();
  };

  return {
    ...reader,
    committedOffsets,
    async ensureTopics(topics, { signal: stop, settings = {}, partitions = config.KAFKA_TOPIC_PARTITIONS }) {
      await patiently({ what: `the topics ${topics.join(', ')}`, signal: stop, logger, health }, () =>
        explained(createAbsent(topics, { stop, settings, partitions }), { topics }),
      );
    },
    async producer() {
      const producer = await patiently({ what, signal, logger, health }, () =>
        explained(createEventProducer(kafka, admin, compression)),
      );
      return {
        send: (topic, records) => explained(producer.send(topic, records), { topics: [topic] }),
        disconnect: () => producer.disconnect(),
      };
    },
    join: (group) => joinGroup(kafka, admin, { ...group, logger, health }),
    transactions(groupId, assigned) {
      const transactionalId = `${groupId}-${assigned.topic}-${assigned.partition}`;
      const transactions = partitionTransactions(producers, {
        transactionalId,
        groupId,
        assigned,
        compression,
        async committedOffset() {
          const { topic, partition } = assigned;
          const offsets = await shared(sharedOffsets, `${groupId}/${topic}`, () => committedOffsets(groupId, topic));
          const committed = offsets.get(partition);
          if (committed !== undefined) return committed;
          const ends = await shared(sharedEnds, topic, () => reader.ends(topic));
          const own = ends?.find((one) => one.partition === partition);
          if (own === undefined) throw new Error(`the topic ${topic} has no partition ${partition}`);
          return own.first;
        },
      });
      const asked = { transactionalId, group: groupId };
      return {
        begin: () => explained(transactions.begin(), { ...asked, topics: [assigned.topic] }),
        settle: (settled) => explained(transactions.settle(settled), { ...asked, topics: topicsOf(settled.records) }),
        close: () => transactions.close(),
      };
    },
    async transactionalProducer(transactionalId, topics) {
      if (topics !== undefined)
        await explained(endLostTransaction(kafka, { transactionalId, topics, logger }), {
          transactionalId,
          topics: [topics.witness, ...topics.others],
        });
      const producer = await explained(createTransactionalProducer(kafka, admin, { transactionalId, compression }), {
        transactionalId,
      });
      return {
        publish: (records, how) =>
          explained(producer.publish(records, how), { transactionalId, topics: topicsOf(records) }),
        close: () => producer.close(),
      };
    },
    topics: () => explained(admin.listTopics()),
    groups: async () => (await explained(admin.listGroups())).groups.map(({ groupId }) => groupId),
    async disconnect() {
      await producers.disconnect();
      await admin.disconnect();
    },
  };
}

/** A broker that asks for a login lets a client connect without one, and ends the connection at its first request. */
async function connectAndAsk(admin: Admin): Promise<void> {
  await admin.connect();
  await admin.describeCluster();
}

const topicsOf = (records: readonly { topic: string }[]): string[] => [...new Set(records.map(({ topic }) => topic))];

function security(config: KafkaConfig): Pick<KafkaJsConfig, 'ssl' | 'sasl'> {
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username = '',
    KAFKA_SASL_PASSWORD: password = '',
  } = config;
  const { KAFKA_TLS_CA_FILE: ca, KAFKA_TLS_CERT_FILE: cert, KAFKA_TLS_KEY_FILE: key } = config;
  return {
    ...(config.KAFKA_TLS && { ssl: { ...(ca && { ca: [ca] }), ...(cert && { cert }), ...(key && { key }) } }),
    ...(mechanism && { sasl: { mechanism, username, password } as NonNullable<KafkaJsConfig['sasl']> }),
  };
}
