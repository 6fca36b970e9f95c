import { settings, type Config } from '@sluice/config';
import { kafkaSettings, schemaRegistrySettings } from '@sluice/kafka';
import { contracts, type EventContract } from '@sluice/schemas';

const topics = contracts.map(({ topic }) => topic);

/** Every sink's settings beside its destination's own. */
export const sinkSettings = {
  SINK_TOPICS: settings.choices(topics, { description: 'Topics to deliver', default: topics.join(',') }),
  SINK_GROUP: settings.optional(
    settings.text({
      description: "Consumer group; the app's name unless set. Another group delivers everything once more",
      example: 'elasticsearch-eu',
    }),
  ),
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
  SINK_BATCH_WAIT_MS: settings.integer({
    description: 'How long a write waits for more records',
    default: '100',
    max: 3_600_000,
  }),
  SINK_BUFFER_BYTES: settings.integer({
    description: 'Bytes of records read ahead, over all partitions; a partition over its share pauses',
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

export type SinkConfig = Config<typeof sinkSettings>;

/** What must be ready before a sink is. */
export const sinkParts = ['kafka', 'destination'] as const;

/** The contracts of the topics that a sink is configured to deliver. */
export const chosenContracts = (config: SinkConfig): readonly EventContract[] =>
  contracts.filter(({ topic }) => config.SINK_TOPICS.includes(topic));
