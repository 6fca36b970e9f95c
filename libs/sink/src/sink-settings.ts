import { settings, type Config } from '@sluice/config';
import { kafkaSettings, lingerSettings, schemaRegistrySettings } from '@sluice/kafka';
import { contracts, type EventContract } from '@sluice/contracts';

const topics = contracts.map(({ topic }) => topic);

const beforeBatches = {
  SINK_TOPICS: settings.choices(topics, { description: 'Topics to deliver', default: topics.join(',') }),
  SINK_GROUP: settings.optional(
    settings.text({
      description: "Consumer group; the app's name unless set. Another group delivers everything once more",
      example: 'elasticsearch-eu',
    }),
  ),
};

const afterBatches = {
  ...lingerSettings,
  SINK_BUFFER_BYTES: settings.integer({
    description:
      'Bytes of records read ahead, over all partitions; a partition over its share pauses, and all do while twice as much is read ahead or in flight',
    default: '16777216',
    min: 1_048_576,
  }),
  SINK_SHUTDOWN_GRACE_MS: settings.integer({
    description: 'How long a shutdown waits for writes under way before it abandons them',
    default: '20000',
    max: 55_000,
  }),
  SINK_SESSION_TIMEOUT_MS: settings.integer({
    description: 'How long the group waits for a sign of life before it gives the partitions to others',
    default: '15000',
    min: 6_000,
    max: 300_000,
  }),
  ...kafkaSettings,
  ...schemaRegistrySettings,
};

/** The settings of every sink that writes batches, beside its destination's own. */
export const sinkSettings = {
  ...beforeBatches,
  SINK_BATCH_RECORDS: settings.integer({
    description: 'Most records in one write',
    default: '2000',
    min: 1,
    max: 1_000_000,
  }),
  SINK_BATCH_BYTES: settings.integer({
    description: 'Most Avro bytes in one write (one record may be larger)',
    default: '2097152',
    min: 1,
  }),
  ...afterBatches,
};

/** The settings of every collecting sink, beside its destination's own. */
export const collectingSinkSettings = {
  ...beforeBatches,
  SINK_UNIT_BYTES: settings.integer({
    description:
      'Memory of everything that is being gathered, over all partitions; when it runs short the largest is delivered early',
    default: '67108864',
    min: 1_048_576,
  }),
  ...afterBatches,
};

export type SinkConfig = Config<typeof sinkSettings>;
export type CollectingSinkConfig = Config<typeof collectingSinkSettings>;

/** What must be ready before a sink is. */
export const sinkParts = ['kafka', 'destination'] as const;

/** The contracts of the topics that a sink is configured to deliver. */
export const chosenContracts = (config: Pick<SinkConfig, 'SINK_TOPICS'>): readonly EventContract[] =>
  contracts.filter(({ topic }) => config.SINK_TOPICS.includes(topic));
