import type { Rule } from '@sluice/config';
import { postgresRules, postgresSinkSettings } from '@sluice/connector-postgres';
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { sinkSettings } from '@sluice/sink';

/** The destination's settings and those of every sink. */
export const appSettings = { ...postgresSinkSettings, ...sinkSettings };

export const appRules: readonly Rule<typeof appSettings>[] = [...kafkaRules, ...schemaRegistryRules, ...postgresRules];
