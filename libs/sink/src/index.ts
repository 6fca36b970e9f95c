export {
  delivered,
  undecodable,
  type OutputRecord,
  type Batch,
  type Sink,
  type SinkRecord,
  type Verdict,
  type WriteContext,
  type WriteResult,
} from './contract/sink.ts';
export type { DestinationReader, DestinationSnapshot, StoredEvent } from './contract/destination-reader.ts';
export type { Collected, CollectingSink, Collector } from './contract/collector.ts';
export { aroundCollector } from './collecting/around-collector.ts';
export { OffsetRuns } from './collecting/offset-runs.ts';
export { runBatches, runCollectingSink, runSink, runUnits } from './run-sink.ts';
export type { RuntimeConfig } from './deliver-topics.ts';
export { chosenContracts } from './choose-contracts.ts';
export {
  collectingSinkSettings,
  runtimeSettings,
  sinkParts,
  sinkSettings,
  type CollectingSinkConfig,
  type SinkConfig,
} from './sink-settings.ts';
export { SinkContractViolation } from './contract/sink-contract-violation.ts';
