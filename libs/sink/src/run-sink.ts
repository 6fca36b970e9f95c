import type { EventContract } from '@sluice/contracts';
import type { AppContext } from '@sluice/telemetry';
import { writeBatches } from './batching/write-batches.ts';
import { collectUnits } from './collecting/collect-units.ts';
import { UnitMemory } from './collecting/unit-memory.ts';
import { unitMetrics } from './collecting/unit-metrics.ts';
import type { CollectingSink } from './contract/collector.ts';
import type { Sink } from './contract/sink.ts';
import { deliverTopics, longestFetchBytes, type RuntimeConfig } from './deliver-topics.ts';
import type { QueueLimits } from './partition/partition-queue.ts';
import { tappedCollectingSink } from './tap/tapped-collecting-sink.ts';
import { tappedSink } from './tap/tapped-sink.ts';
import { tracedCollectingSink } from './tracing/traced-collecting-sink.ts';
import { tracedSink } from './tracing/traced-sink.ts';
import { sinkRuntime, type CollectingSinkConfig, type SinkConfig } from './sink-settings.ts';

interface Run<S, C> {
  sink: S;
  /** The events to deliver; their topics are created where they are absent. */
  contracts: readonly EventContract[];
  config: C;
  context: AppContext;
}

/** How much of a partition goes from its queue into the unit at once. */
const chunkLimits: QueueLimits = { batchRecords: 1_000, batchBytes: longestFetchBytes };

/** Runs a sink that writes batches. Called by the app's `main.ts`. See `deliverTopics`. */
export const runSink = ({ config, ...run }: Run<Sink, SinkConfig>): Promise<void> =>
  runBatches({
    ...run,
    config: { ...sinkRuntime(config), batchRecords: config.SINK_BATCH_RECORDS, batchBytes: config.SINK_BATCH_BYTES },
  });

/** Runs a sink that delivers units. Called by the app's `main.ts`. See `deliverTopics`. */
export const runCollectingSink = ({ config, ...run }: Run<CollectingSink, CollectingSinkConfig>): Promise<void> =>
  runUnits({ ...run, config: { ...sinkRuntime(config), unitBytes: config.SINK_UNIT_BYTES } });

/** `runSink` for settings of any prefix. */
export function runBatches({
  sink,
  contracts,
  config,
  context,
}: Run<Sink, RuntimeConfig & QueueLimits>): Promise<void> {
  const { batchRecords, batchBytes } = config;
  const { app, taps, tracing } = context;
  const limits = { batchRecords, batchBytes };
  const traced = tracing === undefined ? sink : tracedSink(sink, tracing);
  const delivery = writeBatches(taps === undefined ? traced : tappedSink(traced, app, taps));
  return deliverTopics({ destination: traced, delivery, limits, gathersMs: 0, contracts, config, context });
}

/** `runCollectingSink` for settings of any prefix. */
export function runUnits({
  sink,
  contracts,
  config,
  context,
}: Run<CollectingSink, RuntimeConfig & { unitBytes: number }>): Promise<void> {
  const { app, taps, tracing } = context;
  const traced = tracing === undefined ? sink : tracedCollectingSink(sink, tracing);
  const memory = new UnitMemory(config.unitBytes);
  const delivery = collectUnits(
    taps === undefined ? traced : tappedCollectingSink(traced, app, taps),
    memory,
    unitMetrics(context.metrics, config.role, memory),
  );
  const gathersMs = sink.gathersMs ?? 0;
  return deliverTopics({ destination: sink, delivery, limits: chunkLimits, gathersMs, contracts, config, context });
}
