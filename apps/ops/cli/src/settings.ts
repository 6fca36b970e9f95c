import { loadConfig, type Config, type Rule, type Settings } from '@sluice/config';
import { kafkaSettings, schemaRegistrySettings } from '@sluice/kafka';

/** How the commands reach Kafka and the schema registry: as the apps do. */
export const eventSettings = { ...kafkaSettings, ...schemaRegistrySettings };

/**
 * Reads a command's settings. Unlike an app, a command may be called in an environment that holds settings of all apps: names that it
 * does not know are let be.
 *
 * @throws ConfigError
 */
export function commandConfig<const S extends Settings>(
  wanted: S,
  environment: NodeJS.ProcessEnv,
  rules: readonly Rule<S>[] = [],
): Config<S> {
  const known = Object.fromEntries(Object.keys(wanted).map((name) => [name, environment[name]]));
  return loadConfig('sluice', wanted, known, rules);
}
