import type { Config } from '@sluice/config';
import { connectKafka, kafkaRules, registryOptions, schemaRegistryRules, type KafkaClient } from '@sluice/kafka';
import { createCodec, type Codec } from '@sluice/schema-registry';
import { createLogger, type Logger } from '@sluice/telemetry';
import { commandConfig, eventSettings } from '../settings.ts';

/** What a command reads events with. Ended by `close`. */
export interface EventAccess {
  config: Config<typeof eventSettings>;
  kafka: KafkaClient;
  codec: Codec;
  logger: Logger;
  signal: AbortSignal;
  close(): Promise<void>;
}

/**
 * Connects to Kafka as the environment says; waits for it, and says so on standard error.
 *
 * @throws ConfigError, and the signal's reason when it is aborted
 */
export async function eventAccess(environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<EventAccess> {
  const config = commandConfig(eventSettings, environment, [...kafkaRules, ...schemaRegistryRules]);
  const logger = createLogger({ app: 'sluice', level: 'warn', format: 'auto', to: 'stderr' });
  const kafka = await connectKafka({ config, clientId: 'sluice', logger, signal });
  return {
    config,
    kafka,
    codec: createCodec(registryOptions(config)),
    logger,
    signal,
    close: () => kafka.disconnect(),
  };
}
