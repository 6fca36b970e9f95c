import type { Rule } from '@sluice/config';
import { bigquerySinkRules, bigquerySinkSettings } from '@sluice/connector-google';
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { collectingSinkSettings } from '@sluice/sink';

/** The destination's settings and those of every collecting sink. */
export const appSettings = { ...bigquerySinkSettings, ...collectingSinkSettings };

export const appRules: readonly Rule<typeof appSettings>[] = [
  ...kafkaRules,
  ...schemaRegistryRules,
  ...bigquerySinkRules,
];
