import {
  connectKafka,
  deadLetterTopicSettings,
  registryOptions,
  type GroupConsumer,
  type KafkaClient,
  type KafkaConfig,
} from '@sluice/kafka';
import { deadLetterTopic, type EventContract } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { atMost, coded, pause, retryForever, type AppContext } from '@sluice/telemetry';
import type { Sink } from './contract/sink.ts';
import { aggregateHealth } from './partition/aggregate-health.ts';
import type { Delivery } from './partition/delivery.ts';
import type { QueueLimits } from './partition/partition-queue.ts';
import { partitionWorkers, type PartitionWorkers } from './partition/partition-workers.ts';
import { schemaLearning } from './records/schema-learning.ts';
import { pollEnds } from './progress/poll-ends.ts';
import { rebalancePause } from './progress/rebalance-pause.ts';
import { sinkMetrics, type SinkMetrics } from './sink-metrics.ts';

/** How long a connection may take to end: the server may not answer any more. */
const farewellMs = 5_000;

/** How often a topic that does not exist is looked for. */
const topicPollMs = 5_000;

/** The most bytes of one partition in a fetch: more only adds to the memory that is held at once. */
export const longestFetchBytes = 1024 * 1024;

/** The most bytes of one fetch, of whatever number of partitions: what is read comes on top of what waits already. */
const largestFetchBytes = 8 * 1024 * 1024;

/** The runtime's settings, whatever their prefix in the environment. */
export interface RuntimeConfig {
  /** Begins the names of metrics. */
  role: 'sink' | 'processor';
  /** The consumer group; the app's name unless given. */
  group: string | undefined;
  lingerMs: number;
  bufferBytes: number;
  shutdownGraceMs: number;
  sessionTimeoutMs: number;
  kafka: KafkaConfig & Parameters<typeof registryOptions>[0];
}

export interface TopicDelivery {
  destination: Pick<Sink, 'open' | 'learn' | 'close' | 'outputTopics' | 'unknownFields'>;
  delivery: Delivery;
  limits: QueueLimits;
  /** For how long records are gathered on purpose. */
  gathersMs: number;
  /** The events to deliver. Topics with a contract are created where they are absent; others are waited for. */
  contracts: readonly EventContract[];
  config: RuntimeConfig;
  context: AppContext;
}

/**
 * Delivers topics as a consumer group member until the context's signal is aborted.
 *
 * ```
 * connect ▶ create topics ▶ open the destination ▶ join the group ▶ (partitions are delivered) ▶ finish what is under way ▶ leave
 * ```
 *
 * Waits for Kafka and the destination for as long as they take. Returns when what was under way at the abort is committed or, after the
 * grace, abandoned.
 *
 * @throws for a defect only: a sink that breaks its contract
 */
export async function deliverTopics(options: TopicDelivery): Promise<void> {
  const { destination, config, context } = options;
  const { app, logger, health, signal } = context;
  const metrics = sinkMetrics(context.metrics, config.role, options.gathersMs);
  let kafka: KafkaClient | undefined;
  try {
    kafka = await connectKafka({ config: config.kafka, clientId: app, logger, health, signal });
    const own = options.contracts.filter(({ derived }) => derived === undefined);
    await kafka.ensureTopics(topicsOf(own), { signal });
    await retryForever({ what: 'the destination', signal, logger, health }, () => destination.open(signal));
    health.ready('destination');
    void pollEnds(kafka, metrics.partitions, context);
    await deliverPresent(kafka, options, metrics);
  } catch (error) {
    // Stopped while it was still waiting for Kafka or the destination.
    if (!(signal.aborted && error === signal.reason)) throw error;
  } finally {
    await atMost(farewellMs, kafka?.disconnect());
    await atMost(farewellMs, destination.close());
  }
}

const topicsOf = (contracts: readonly EventContract[]): string[] => [...new Set(contracts.map(({ topic }) => topic))];

const groupOf = ({ config, context }: TopicDelivery): string => config.group ?? context.app;

/** Delivers the topics that exist, and joins the group again when another one appears: topics without a contract may come later. */
async function deliverPresent(kafka: KafkaClient, options: TopicDelivery, metrics: SinkMetrics): Promise<void> {
  const { signal, logger } = options.context;
  while (!signal.aborted) {
    const absent = await absentTopics(kafka, options);
    const contracts = options.contracts.filter(({ topic }) => !absent.includes(topic));
    if (absent.length > 0)
      logger.warn({ topics: absent, ...coded('waiting') }, 'topics do not exist yet; they are delivered once they do');
    const ended = new AbortController();
    const appeared =
      absent.length === 0 ? [] : [untilOneExists(kafka, absent, AbortSignal.any([signal, ended.signal]))];
    const over = Promise.race([aborted(signal), ...appeared]);
    await (contracts.length === 0 ? over : deliverUntil(over, kafka, { ...options, contracts }, metrics)).finally(() =>
      ended.abort(),
    );
  }
}

async function deliverUntil(
  over: Promise<void>,
  kafka: KafkaClient,
  options: TopicDelivery,
  metrics: SinkMetrics,
): Promise<void> {
  const { contracts, config } = options;
  const { signal } = options.context;
  const deadLetters = topicsOf(contracts).map(deadLetterTopic);
  await kafka.ensureTopics(deadLetters, { signal, settings: deadLetterTopicSettings });
  const workers = partitionWorkers(contracts, config.bufferBytes, sharedEnvironment(kafka, options, metrics));
  const consumer = joinGroup(kafka, options, workers, metrics);
  await Promise.race([over, workers.failed]).finally(async () => {
    // This process stays a member of the group until then, so that writes under way can be committed.
    await workers.finish(config.shutdownGraceMs);
    await atMost(farewellMs, consumer.stop());
  });
}

/** The topics without a contract that do not exist: their producers decide how many partitions they have. */
async function absentTopics(kafka: KafkaClient, { contracts, context }: TopicDelivery): Promise<string[]> {
  const foreign = topicsOf(contracts.filter(({ derived }) => derived !== undefined));
  if (foreign.length === 0) return [];
  const { signal, logger, health } = context;
  const existing = await retryForever({ what: "Kafka's list of topics", signal, logger, health }, () => kafka.topics());
  return foreign.filter((topic) => !existing.includes(topic));
}

/** Resolves when one of the topics exists, or the signal is aborted. */
async function untilOneExists(kafka: KafkaClient, topics: readonly string[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(topicPollMs, signal);
    // Kafka may be away for a moment, which its consumer reports.
    const existing = await kafka.topics().catch((): string[] => []);
    if (topics.some((topic) => existing.includes(topic))) return;
  }
}

function sharedEnvironment(
  kafka: KafkaClient,
  options: TopicDelivery,
  metrics: SinkMetrics,
): Parameters<typeof partitionWorkers>[2] {
  const { destination, delivery, limits, config, context } = options;
  const { app, logger, health } = context;
  const groupId = groupOf(options);
  return {
    ...{ app, groupId, delivery, limits, logger, health, metrics },
    unknownFields: destination.unknownFields,
    codec: createCodec(registryOptions(config.kafka)),
    learn: schemaLearning(destination, { logger, health }),
    reportDestination: aggregateHealth(health, 'destination'),
    committed: async ({ topic, partition }) => (await kafka.committedOffsets(groupId, topic)).get(partition),
    ends: async ({ topic, partition }) => (await kafka.ends(topic))?.find((one) => one.partition === partition),
  };
}

function joinGroup(
  kafka: KafkaClient,
  options: TopicDelivery,
  workers: PartitionWorkers,
  metrics: SinkMetrics,
): GroupConsumer {
  const { destination, limits, config } = options;
  const { logger, health } = options.context;
  const groupId = groupOf(options);
  const topics = topicsOf(options.contracts);
  const rebalance = rebalancePause((seconds) => metrics.rebalances.observe(seconds));
  return kafka.join({
    groupId,
    topics,
    fetchBytes: Math.min(limits.batchBytes, longestFetchBytes),
    fetchMaxBytes: Math.min(config.bufferBytes, largestFetchBytes),
    lingerMs: config.lingerMs,
    publishes: [...topics.map(deadLetterTopic), ...(destination.outputTopics ?? [])],
    sessionTimeoutMs: config.sessionTimeoutMs,
    handlers: {
      ...workers.handlers,
      assigned(partition) {
        rebalance.assigned(partition);
        workers.handlers.assigned(partition);
      },
      joined(partitions) {
        rebalance.joined();
        metrics.joins.inc();
        metrics.assigned.set(partitions);
        health.ready('kafka');
        logger.info({ groupId, partitions }, 'joined the consumer group');
      },
      interrupted(reason) {
        metrics.assigned.set(0);
        health.notReady('kafka', reason);
        logger.warn({ groupId, reason }, 'lost the consumer group; joining again');
      },
    },
  });
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
