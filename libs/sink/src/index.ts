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
export type { Collected, CollectingSink, Collector } from './contract/collector.ts';
export { OffsetRuns } from './collecting/offset-runs.ts';
export { runSink } from './run-sink.ts';
export {
  chosenContracts,
  collectingSinkSettings,
  sinkParts,
  sinkSettings,
  type CollectingSinkConfig,
  type SinkConfig,
} from './sink-settings.ts';
export { SinkContractViolation } from './contract/sink-contract-violation.ts';
