import { Client, type ClientOptions } from '@elastic/elasticsearch';
import { BulkSerializer } from '../bulk/bulk-serializer.ts';
import type { ElasticsearchConfig } from '../config.ts';

/** The vendor's client without retries of its own: what became of each record must be known here, not hidden there. */
export function elasticsearchClient(config: ElasticsearchConfig): Client {
  const {
    ELASTICSEARCH_API_KEY: apiKey,
    ELASTICSEARCH_USERNAME: username,
    ELASTICSEARCH_PASSWORD: password = '',
  } = config;
  const { ELASTICSEARCH_CA_FILE: ca } = config;
  const options: ClientOptions = {
    nodes: [...config.ELASTICSEARCH_URL],
    maxRetries: 0,
    requestTimeout: config.ELASTICSEARCH_REQUEST_TIMEOUT_MS,

    // Errors would otherwise carry a copy of the request's body, made byte by byte.
    redaction: { type: 'remove' },
    compression: config.ELASTICSEARCH_COMPRESSION,
    Serializer: BulkSerializer,
    // A node that was down is tried again at once: the runtime's backoff already spaces the requests.
    resurrectStrategy: 'none',
    ...(ca !== undefined && { tls: { ca } }),
    ...(apiKey !== undefined && { auth: { apiKey } }),
    ...(apiKey === undefined && username !== undefined && { auth: { username, password } }),
  };
  return new Client(options);
}
