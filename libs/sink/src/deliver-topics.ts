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
import { atMost, retryForever, type AppContext } from '@sluice/telemetry';
import type { Sink } from './contract/sink.ts';
import { aggregateHealth } from './partition/aggregate-health.ts';
import type { Delivery } from './partition/delivery.ts';
import type { QueueLimits } from './partition/partition-queue.ts';
import { partitionWorkers, type PartitionWorkers } from './partition/partition-workers.ts';
import { pollEnds } from './progress/poll-ends.ts';
import { rebalancePause } from './progress/rebalance-pause.ts';
import { sinkMetrics, type SinkMetrics } from './sink-metrics.ts';

/** How long a connection may take to end: the server may not answer any more. */
const farewellMs = 5_000;

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
  destination: Pick<Sink, 'open' | 'close' | 'outputTopics' | 'unknownFields'>;
  delivery: Delivery;
  limits: QueueLimits;
  /** For how long records are gathered on purpose. */
  gathersMs: number;
  /** The events to deliver; their topics are created where they are absent. */
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
    await createTopics(kafka, options);
    await retryForever({ what: 'the destination', signal, logger, health }, () => destination.open(signal));
    health.ready('destination');
    const workers = partitionWorkers(options.contracts, config.bufferBytes, sharedEnvironment(kafka, options, metrics));
    const consumer = joinGroup(kafka, options, workers, metrics);
    void pollEnds(kafka, metrics.partitions, context);
    await Promise.race([aborted(signal), workers.failed]).finally(async () => {
      // This process stays a member of the group until then, so that writes under way can be committed.
      await workers.finish(config.shutdownGraceMs);
      await atMost(farewellMs, consumer.stop());
    });
  } catch (error) {
    // Stopped while it was still waiting for Kafka or the destination.
    if (!(signal.aborted && error === signal.reason)) throw error;
  } finally {
    await atMost(farewellMs, kafka?.disconnect());
    await atMost(farewellMs, destination.close());
  }
}

const topicsOf = ({ contracts }: TopicDelivery): string[] => [...new Set(contracts.map(({ topic }) => topic))];

const groupOf = ({ config, context }: TopicDelivery): string => config.group ?? context.app;

async function createTopics(kafka: KafkaClient, options: TopicDelivery): Promise<void> {
  const { signal } = options.context;
  const topics = topicsOf(options);
  await kafka.ensureTopics(topics, { signal });
  await kafka.ensureTopics(topics.map(deadLetterTopic), { signal, settings: deadLetterTopicSettings });
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
  const topics = topicsOf(options);
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
