import { Client } from '@elastic/elasticsearch';
import { BulkSerializer } from '../bulk/bulk-serializer.ts';
import type { ElasticsearchConfig } from '../settings.ts';

/** The vendor's client. It retries nothing unless asked to: a sink must know what became of each record. */
export function elasticsearchClient(
  config: ElasticsearchConfig,
  options: { requestTimeout: number; compression?: boolean; maxRetries?: number },
): Client {
  const {
    ELASTICSEARCH_API_KEY: apiKey,
    ELASTICSEARCH_USERNAME: username,
    ELASTICSEARCH_PASSWORD: password = '',
    ELASTICSEARCH_CA_FILE: ca,
  } = config;
  return new Client({
    nodes: [...config.ELASTICSEARCH_URL],
    maxRetries: 0,
    // Errors would otherwise carry a copy of the request's body, made byte by byte.
    redaction: { type: 'remove' },
    Serializer: BulkSerializer,
    // A node that was down is tried again at once: the backoff of the callers already spaces the requests.
    resurrectStrategy: 'none',
    ...(ca !== undefined && { tls: { ca } }),
    ...(apiKey !== undefined && { auth: { apiKey } }),
    ...(apiKey === undefined && username !== undefined && { auth: { username, password } }),
    ...options,
  });
}
