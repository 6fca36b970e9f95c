import type { SASLOptions } from 'kafkajs';
import type { KafkaConfig } from '../../kafka-settings.ts';
import { oauthTokens } from './oauth-tokens.ts';

/** How kafkajs logs in; undefined where the brokers ask for no login, or only for the client's certificate. */
export function login(config: KafkaConfig): SASLOptions | undefined {
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username = '',
    KAFKA_SASL_PASSWORD: password = '',
  } = config;
  switch (mechanism) {
    case undefined:
      return undefined;
    case 'oauthbearer':
      return { mechanism, oauthBearerProvider: oauthTokens(config) };
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}
