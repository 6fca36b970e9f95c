import { settings, type Config } from '@sluice/config';
import { kafkaSettings, lingerSettings, schemaRegistrySettings } from '@sluice/kafka';

/** The settings of every source; those of its origin come in addition. */
export const sourceSettings = {
  SOURCE_INSTANCE: settings.optional(
    settings.word({
      description: 'Name of this process where several share the work of one source: each keeps a cursor of its own',
      example: 'site-2',
    }),
  ),
  SOURCE_BATCH_RECORDS: settings.integer({
    description: 'Most events in one request to Kafka',
    default: '5000',
    min: 1,
    max: 100_000,
  }),
  ...lingerSettings,
  SOURCE_SHUTDOWN_GRACE_MS: settings.integer({
    description: 'How long a shutdown waits for Kafka to acknowledge what has been read',
    default: '20000',
    max: 55_000,
  }),
  ...kafkaSettings,
  ...schemaRegistrySettings,
};

export type SourceConfig = Config<typeof sourceSettings>;

/** What must be ready before a source is. */
export const sourceParts = ['kafka', 'origin'] as const;
