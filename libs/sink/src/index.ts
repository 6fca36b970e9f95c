export {
  delivered,
  type Announcement,
  type Batch,
  type Sink,
  type SinkRecord,
  type Verdict,
  type WriteContext,
  type Written,
} from './sink.ts';
export type { Collected, CollectingSink, Collector } from './collector.ts';
export { runSink } from './run-sink.ts';
export { chosenContracts, sinkParts, sinkSettings, type SinkConfig } from './sink-settings.ts';
