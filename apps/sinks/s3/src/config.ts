import type { Rule } from '@sluice/config';
import { s3SinkRules, s3SinkSettings } from '@sluice/connector-aws';
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { collectingSinkSettings } from '@sluice/sink';

/** The destination's settings and those of every collecting sink. */
export const appSettings = { ...s3SinkSettings, ...collectingSinkSettings };

export const appRules: readonly Rule<typeof appSettings>[] = [...kafkaRules, ...schemaRegistryRules, ...s3SinkRules];
