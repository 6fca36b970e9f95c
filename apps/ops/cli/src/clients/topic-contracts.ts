import type { EventContract } from '@sluice/contracts';
import { registryOptions, schemaRegistryRules } from '@sluice/kafka';
import { createLogger } from '@sluice/telemetry';
import { topicContracts, topicSettings } from '@sluice/topics';
import { commandConfig, eventSettings } from '../settings.ts';

/**
 * The contracts of topics, as the sinks have them: see `topicContracts`.
 *
 * @throws ConfigError too
 */
export function contractsOfTopics(
  topics: readonly string[],
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<readonly EventContract[]> {
  const config = commandConfig({ ...eventSettings, ...topicSettings }, environment, schemaRegistryRules);
  const logger = createLogger({ app: 'sluice', level: 'warn', format: 'auto', to: 'stderr' });
  return topicContracts(topics, config, registryOptions(config), { logger, signal });
}
