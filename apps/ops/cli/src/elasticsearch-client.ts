import { Client } from '@elastic/elasticsearch';
import { commandConfig, elasticsearchSettings } from './settings.ts';

/**
 * The vendor's client, as the environment says.
 *
 * @throws ConfigError
 */
export function elasticsearchClient(environment: NodeJS.ProcessEnv): Client {
  const {
    ELASTICSEARCH_URL: nodes,
    ELASTICSEARCH_API_KEY: apiKey,
    ELASTICSEARCH_USERNAME: username,
    ELASTICSEARCH_PASSWORD: password = '',
    ELASTICSEARCH_CA_FILE: ca,
  } = commandConfig(elasticsearchSettings, environment);
  return new Client({
    nodes: [...nodes],
    requestTimeout: 60_000,
    ...(ca !== undefined && { tls: { ca } }),
    ...(apiKey !== undefined && { auth: { apiKey } }),
    ...(apiKey === undefined && username !== undefined && { auth: { username, password } }),
  });
}
