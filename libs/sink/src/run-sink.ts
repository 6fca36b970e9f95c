import {
  connectKafka,
  deadLetterTopicSettings,
  registryOptions,
  type AssignedPartition,
  type KafkaClient,
} from '@sluice/kafka';
import { deadLetterTopic, type EventContract } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { atMost, patiently, type AppContext } from '@sluice/telemetry';
import type { CollectingSink } from './contract/collector.ts';
import { collectUnits } from './collecting/collect-units.ts';
import type { QueueLimits } from './partition/partition-queue.ts';
import { partitionWorker, type Delivery, type PartitionWorker } from './partition/partition-worker.ts';
import { SharedBuffer } from './records/shared-buffer.ts';
import { sharedPart } from './partition/shared-part.ts';
import type { Sink } from './contract/sink.ts';
import { sinkMetrics } from './sink-metrics.ts';
import type { CollectingSinkConfig, SinkConfig } from './sink-settings.ts';
import { UnitMemory } from './collecting/unit-memory.ts';
import { unitMetrics } from './collecting/unit-metrics.ts';
import { writeBatches } from './batching/write-batches.ts';

/** How long a connection may take to end: the server may not answer any more. */
const farewellMs = 5_000;

/** The most bytes of one partition in a fetch: more only adds to the memory that is held at once. */
const longestFetchBytes = 1024 * 1024;

/** The most bytes of one fetch, of whatever number of partitions: what is read comes on top of what waits already. */
const largestFetchBytes = 8 * 1024 * 1024;

/** How a collecting sink's records go from the queue into their unit: as they come. */
const chunkLimits: QueueLimits = { batchRecords: 1_000, batchBytes: longestFetchBytes };

/**
 * Runs a sink as a consumer group member until the context's signal is aborted. Called by the app's `main.ts`.
 *
 * Waits for Kafka and the destination for as long as they take; returns when what was under way at the abort is settled or, after
 * the grace, abandoned.
 *
 * @throws for a defect only: a sink that breaks its contract
 */
export async function runSink(
  options: {
    /** The events to deliver; their topics are created where they are absent. */
    contracts: readonly EventContract[];
    context: AppContext;
  } & ({ sink: Sink; config: SinkConfig } | { sink: CollectingSink; config: CollectingSinkConfig }),
): Promise<void> {
  const { sink, contracts, config, context } = options;
  const { app, logger, health, signal } = context;
  const metrics = sinkMetrics(context.metrics);
  const byTopic = new Map(contracts.map((contract) => [contract.topic, contract]));
  const topics = [...byTopic.keys()];
  const groupId = config.SINK_GROUP ?? app;
  const { delivery, limits } = deliveryOf(options);

  const stopping = new AbortController();
  const abandon = new AbortController();
  const defect = Promise.withResolvers<never>();
  const workers = new Map<AssignedPartition, PartitionWorker>();

  let kafka: KafkaClient | undefined;

  try {
    const client = await connectKafka({ config, clientId: app, logger, health, signal });
    kafka = client;
    await client.ensureTopics(topics, { signal });
    await client.ensureTopics(topics.map(deadLetterTopic), { signal, settings: deadLetterTopicSettings });
    await patiently({ what: 'the destination', signal, logger, health }, () => sink.open(signal));
    health.ready('destination');

    const environment = {
      app,
      groupId,
      health,
      delivery,
      unknownFields: sink.unknownFields,
      codec: createCodec(registryOptions(config)),
      logger,
      metrics,
      limits,
      shareBytes: () => config.SINK_BUFFER_BYTES / Math.max(1, workers.size),
      // Each partition has a batch in flight beside its share.
      buffer: new SharedBuffer(2 * config.SINK_BUFFER_BYTES),
      shutdown: stopping.signal,
      abandon: abandon.signal,
      onDestination: sharedPart(health, 'destination'),
      committed: async ({ topic, partition }: AssignedPartition) =>
        (await client.committedOffsets(groupId, topic)).get(partition),
      ends: async ({ topic, partition }: AssignedPartition) =>
        (await client.ends(topic))?.find((one) => one.partition === partition),
    };
    const consumer = client.join({
      groupId,
      topics,
      fetchBytes: Math.min(limits.batchBytes, longestFetchBytes),
      fetchMaxBytes: Math.min(config.SINK_BUFFER_BYTES, largestFetchBytes),
      lingerMs: config.LINGER_MS,
      publishes: [...topics.map(deadLetterTopic), ...(sink.announces ?? [])],
      sessionTimeoutMs: config.SINK_SESSION_TIMEOUT_MS,
      handlers: {
        assigned(assigned) {
          const contract = byTopic.get(assigned.topic);
          if (contract === undefined) return;
          const predecessor = [...workers.values()].findLast(
            ({ assigned: { topic, partition } }) => topic === assigned.topic && partition === assigned.partition,
          );
          const worker = partitionWorker(assigned, contract, environment, predecessor);
          workers.set(assigned, worker);
          worker.done.catch(defect.reject).finally(() => workers.delete(assigned));
        },
        fetched: (assigned, records, nextOffset, endOffset) =>
          workers.get(assigned)?.accept(records, nextOffset, endOffset),
        unreadable: (assigned, batch) => workers.get(assigned)?.block(batch),
        outOfRange: (assigned, offset) => workers.get(assigned)?.outOfRange(offset),
        joined(partitions) {
          metrics.joins.inc();
          metrics.partitions.set(partitions);
          health.ready('kafka');
          logger.info({ groupId, partitions }, 'joined the consumer group');
        },
        interrupted(reason) {
          metrics.partitions.set(0);
          health.notReady('kafka', reason);
          logger.warn({ groupId, reason }, 'lost the consumer group; joining again');
        },
      },
    });

    await Promise.race([aborted(signal), defect.promise]).finally(async () => {
      stopping.abort();
      const grace = setTimeout(() => abandon.abort(), config.SINK_SHUTDOWN_GRACE_MS);
      // Writes under way may still settle, as this is a member of the group until then.
      await Promise.allSettled([...workers.values()].map(({ done }) => done));
      clearTimeout(grace);
      await atMost(farewellMs, consumer.stop());
    });
  } catch (error) {
    // Stopped while it was still waiting for Kafka or the destination.
    if (!(signal.aborted && error === signal.reason)) throw error;
  } finally {
    await atMost(farewellMs, kafka?.disconnect());
    await atMost(farewellMs, sink.close());
  }
}

type Options = Parameters<typeof runSink>[0];

function deliveryOf(options: Options): { delivery: Delivery; limits: QueueLimits } {
  if (isCollecting(options)) {
    const memory = new UnitMemory(options.config.SINK_UNIT_BYTES);
    const metrics = unitMetrics(options.context.metrics, memory);
    return { delivery: collectUnits(options.sink, memory, metrics), limits: chunkLimits };
  }
  const { SINK_BATCH_RECORDS, SINK_BATCH_BYTES } = options.config;
  return {
    delivery: writeBatches(options.sink),
    limits: { batchRecords: SINK_BATCH_RECORDS, batchBytes: SINK_BATCH_BYTES },
  };
}

const isCollecting = (options: Options): options is Extract<Options, { sink: CollectingSink }> =>
  'collect' in options.sink;

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
