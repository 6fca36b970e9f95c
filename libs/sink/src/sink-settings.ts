import { settings, type Config } from '@sluice/config';
import { kafkaSettings, lingerSettings, schemaRegistrySettings } from '@sluice/kafka';
import { contracts } from '@sluice/contracts';
import { topicSettings } from '@sluice/topics';
import type { RuntimeConfig } from './deliver-topics.ts';

const topics = contracts.map(({ topic }) => topic);

/** The settings of the runtime, without the prefix that says whether it runs a sink or a processor. */
export const runtimeSettings = {
  group: settings.optional(
    settings.text({
      description: "Consumer group; the app's name unless set. Another group delivers everything once more",
      example: 'elasticsearch-eu',
    }),
  ),
  batchRecords: settings.integer({
    description: 'Most records in one write',
    default: '2000',
    min: 1,
    max: 1_000_000,
  }),
  batchBytes: settings.integer({
    description: 'Most Avro bytes in one write (one record may be larger)',
    default: '2097152',
    min: 1,
  }),
  unitBytes: settings.integer({
    description:
      'Memory of everything that is being gathered, over all partitions; when it runs short the largest is delivered early',
    default: '67108864',
    min: 1_048_576,
  }),
  bufferBytes: settings.integer({
    description:
      'Bytes of records read ahead, over all partitions; a partition over its share pauses, and all do while twice as much is read ahead or in flight',
    default: '16777216',
    min: 1_048_576,
  }),
  shutdownGraceMs: settings.integer({
    description: 'How long a shutdown waits for writes under way before it abandons them',
    default: '20000',
    max: 55_000,
  }),
  sessionTimeoutMs: settings.integer({
    description: 'How long the group waits for a sign of life before it gives the partitions to others',
    default: '15000',
    min: 6_000,
    max: 300_000,
  }),
};

const beforeBatches = {
  SINK_TOPICS: settings.topics({
    description: 'Topics to deliver, with a contract or without one',
    default: topics.join(','),
  }),
  ...topicSettings,
  SINK_GROUP: runtimeSettings.group,
};

const afterBatches = {
  ...lingerSettings,
  SINK_BUFFER_BYTES: runtimeSettings.bufferBytes,
  SINK_SHUTDOWN_GRACE_MS: runtimeSettings.shutdownGraceMs,
  SINK_SESSION_TIMEOUT_MS: runtimeSettings.sessionTimeoutMs,
  ...kafkaSettings,
  ...schemaRegistrySettings,
};

/** The settings of every sink that writes batches, with its destination's own. */
export const sinkSettings = {
  ...beforeBatches,
  SINK_BATCH_RECORDS: runtimeSettings.batchRecords,
  SINK_BATCH_BYTES: runtimeSettings.batchBytes,
  ...afterBatches,
};

/** The settings of every collecting sink, with its destination's own. */
export const collectingSinkSettings = {
  ...beforeBatches,
  SINK_UNIT_BYTES: runtimeSettings.unitBytes,
  ...afterBatches,
};

export type SinkConfig = Config<typeof sinkSettings>;
export type CollectingSinkConfig = Config<typeof collectingSinkSettings>;

/** What the runtime needs of a sink's configuration. */
export const sinkRuntime = (config: SinkConfig | CollectingSinkConfig): RuntimeConfig => ({
  role: 'sink',
  group: config.SINK_GROUP,
  lingerMs: config.LINGER_MS,
  bufferBytes: config.SINK_BUFFER_BYTES,
  shutdownGraceMs: config.SINK_SHUTDOWN_GRACE_MS,
  sessionTimeoutMs: config.SINK_SESSION_TIMEOUT_MS,
  kafka: config,
});

/** What must be ready before a sink is. */
export const sinkParts = ['kafka', 'destination'] as const;
