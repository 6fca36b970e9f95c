import { Client } from '@elastic/elasticsearch';
import { commandConfig, elasticsearchRules, elasticsearchSettings } from '../settings.ts';

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
  } = commandConfig(elasticsearchSettings, environment, elasticsearchRules);
  return new Client({
    nodes: [...nodes],
    requestTimeout: 60_000,

    // Errors would otherwise carry a copy of the request's body, made byte by byte.
    redaction: { type: 'remove' },
    ...(ca !== undefined && { tls: { ca } }),
    ...(apiKey !== undefined && { auth: { apiKey } }),
    ...(apiKey === undefined && username !== undefined && { auth: { username, password } }),
  });
}
