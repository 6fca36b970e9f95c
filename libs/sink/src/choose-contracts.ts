import type { EventContract } from '@sluice/contracts';
import { registryOptions } from '@sluice/kafka';
import type { AppContext } from '@sluice/telemetry';
import { topicContracts, type TopicsConfig } from '@sluice/topics';
import type { SinkConfig } from './sink-settings.ts';

/** The contracts of the topics that a sink is configured to deliver: see `topicContracts`. */
export const chosenContracts = (
  config: Pick<SinkConfig, 'SINK_TOPICS'> & TopicsConfig & Parameters<typeof registryOptions>[0],
  context: Pick<AppContext, 'logger' | 'health' | 'signal'>,
): Promise<readonly EventContract[]> => topicContracts(config.SINK_TOPICS, config, registryOptions(config), context);
