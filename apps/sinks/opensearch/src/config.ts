import type { Rule } from '@sluice/config';
import { opensearchRules, opensearchSinkSettings } from '@sluice/connector-opensearch';
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { sinkSettings } from '@sluice/sink';

/** The destination's settings and those of every sink. */
export const appSettings = { ...opensearchSinkSettings, ...sinkSettings };

export const appRules: readonly Rule<typeof appSettings>[] = [
  ...kafkaRules,
  ...schemaRegistryRules,
  ...opensearchRules,
];
