import kafkajs, { type Admin, type KafkaConfig as KafkaJsConfig } from 'kafkajs';
import { patiently, type Health, type Logger } from '@sluice/telemetry';
import { compressionTypes, registerCompressionCodecs } from './compression/compression-codecs.ts';
import { installFetchDecoder } from './fetch/fetch-response.ts';
import { createEventProducer, type EventProducer } from './produce/event-producer.ts';
import type { GroupOffset } from './group/offsets-by-topic.ts';
import { groupOffsets, type GroupOffsets, type Place } from './group/group-offsets.ts';
import { joinGroup, type GroupConsumer, type GroupOptions } from './group/group-consumer.ts';
import { kafkaLog } from './kafkajs/kafka-log.ts';
import { explained } from './kafkajs/explain-error.ts';
import { installRequestQueue } from './kafkajs/request-queue.ts';
import { newCluster, type Cluster } from './kafkajs/cluster.ts';
import { fetchStableOffsets, isUnstable, type FetchedOffset } from './kafkajs/requests/offset-fetch.ts';
import type { Membership } from './kafkajs/requests/txn-offset-commit.ts';
import { endLostTransaction, isOpenIn } from './produce/lost-transaction.ts';
import type { KafkaConfig } from './kafka-settings.ts';
import { persistently } from './retries/persistently.ts';
import { topicReader, type TopicReader } from './fetch/topic-reader.ts';
import { createTransactionalProducer, type TransactionalProducer } from './produce/transactional-producer.ts';

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
  /**
   * The offsets of some partitions of a group, for one who is no member of it: their owners must commit nothing meanwhile.
   *
   * @param publishes all topics that are published to with them: then a transaction that Kafka has lost the end of is ended
   */
  offsetsOf(groupId: string, places: readonly Place[], publishes?: readonly string[]): GroupOffsets;
  /**
   * Opens a producer whose records come in transactions; all earlier ones of the same id are fenced by then.
   *
   * @param topics what it writes to, where a transaction of it that Kafka has lost the end of must not be ended with the next
   */
  transactionalProducer(
    transactionalId: string,
    topics?: {
      /** A topic that each of its transactions writes to, and nothing else. */
      witness: string;
      others: readonly string[];
    },
  ): Promise<TransactionalProducer>;
  /** The names of all topics. */
  topics(): Promise<string[]>;
  /** The names of all consumer groups, also of those without members whose offsets are kept. */
  groups(): Promise<string[]>;
  /**
   * The group's committed offsets by partition; a partition without one is absent. An offset that was committed in a transaction can
   * be missing for a moment after it: who goes on from it asks `GroupOffsets`.
   */
  committedOffsets(groupId: string, topic: string): Promise<Map<number, bigint>>;
  disconnect(): Promise<void>;
}

/** Of transactions outside a membership. */
const ownTransactionTimeoutMs = 60_000;

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

  /** Asks group coordinators what kafkajs cannot; made when it is needed. */
  let asking: Promise<Cluster> | undefined;
  const askingCluster = (): Promise<Cluster> => {
    const opening = (asking ??= (async () => {
      const cluster = newCluster(kafka);
      await cluster.connect();
      return cluster;
    })());
    opening.catch(() => (asking = undefined));
    return opening;
  };

  const openOffsets = (options: {
    groupId: string;
    membership: Membership | undefined;
    transactionTimeoutMs: number;
    places: readonly Place[];
    /** Undefined for one who leaves lost transactions to the owners: only they know what was published. */
    publishes: readonly string[] | undefined;
    commitPlainly: (offsets: readonly GroupOffset[]) => Promise<void>;
  }): GroupOffsets => {
    const { groupId, membership, transactionTimeoutMs, publishes } = options;
    const fetchOffsets = async (places: readonly Place[]): Promise<FetchedOffset[]> => {
      const cluster = await askingCluster();
      return fetchStableOffsets(await cluster.findGroupCoordinator({ groupId, coordinatorType: 0 }), groupId, places);
    };
    const open = async (transactionalId: string, of: readonly Place[]): Promise<TransactionalProducer> => {
      if (publishes !== undefined)
        await endLostTransaction(kafka, {
          ...{ transactionalId, groupId, logger, topics: publishes },
          // Of a transaction that broke off before it came to its offsets, only what it published is open.
          isOpen: async () => (await fetchOffsets(of)).some(isUnstable) || (await isOpenIn(kafka, publishes)),
        });
      return createTransactionalProducer(kafka, admin, {
        ...{ transactionalId, compression, transactionTimeoutMs },
        group: { groupId, membership },
      });
    };
    return groupOffsets({
      ...{ ...options, fetchOffsets },
      ends: (topic) => reader.ends(topic),
      openProducer: (transactionalId, of) => explained(open(transactionalId, of), { transactionalId, group: groupId }),
    });
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
    join: (group) =>
      joinGroup(kafka, admin, {
        ...{ ...group, logger, health },
        // Whoever is killed within a transaction is given up by the group after the same time.
        openOffsets: (options) =>
          openOffsets({ ...options, publishes: group.publishes, transactionTimeoutMs: group.sessionTimeoutMs }),
      }),
    offsetsOf: (groupId, places, publishes) =>
      openOffsets({
        ...{ groupId, places, publishes, membership: undefined, transactionTimeoutMs: ownTransactionTimeoutMs },
        async commitPlainly(offsets) {
          for (const { topic, partition, nextOffset } of offsets)
            await admin.setOffsets({ groupId, topic, partitions: [{ partition, offset: String(nextOffset) }] });
        },
      }),
    async transactionalProducer(transactionalId, topics) {
      if (topics !== undefined)
        await explained(
          endLostTransaction(kafka, {
            ...{ transactionalId, logger, topics: [topics.witness, ...topics.others] },
            isOpen: () => isOpenIn(kafka, [topics.witness]),
          }),
          { transactionalId, topics: [topics.witness, ...topics.others] },
        );
      const producer = await explained(
        createTransactionalProducer(kafka, admin, {
          ...{ transactionalId, compression },
          transactionTimeoutMs: ownTransactionTimeoutMs,
        }),
        { transactionalId },
      );
      return {
        publish: (records, how) =>
          explained(producer.publish(records, how), { transactionalId, topics: topicsOf(records) }),
        close: () => producer.close(),
      };
    },
    topics: () => explained(admin.listTopics()),
    groups: async () => (await explained(admin.listGroups())).groups.map(({ groupId }) => groupId),
    async disconnect() {
      await asking?.then((cluster) => cluster.disconnect()).catch(() => {});
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
