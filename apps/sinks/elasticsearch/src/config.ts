import type { Rule } from '@sluice/config';
import { elasticsearchRules, elasticsearchSinkSettings } from '@sluice/connector-elasticsearch';
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { sinkSettings } from '@sluice/sink';

/** The destination's settings and those of every sink. */
export const appSettings = { ...elasticsearchSinkSettings, ...sinkSettings };

export const appRules: readonly Rule<typeof appSettings>[] = [
  ...kafkaRules,
  ...schemaRegistryRules,
  ...elasticsearchRules,
];
