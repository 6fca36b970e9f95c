import { Client } from '@opensearch-project/opensearch';
import type { OpensearchConfig } from '../settings.ts';
import { AnswerSerializer } from './answer-serializer.ts';

/** The vendor's client. It retries nothing unless asked to: a sink must know what became of each record. */
export function opensearchClient(
  config: OpensearchConfig,
  options: { requestTimeout: number; compression?: 'gzip'; maxRetries?: number },
): Client {
  const { OPENSEARCH_USERNAME: username, OPENSEARCH_PASSWORD: password = '', OPENSEARCH_CA_FILE: ca } = config;
  return new Client({
    nodes: [...config.OPENSEARCH_URL],
    maxRetries: 0,
    Serializer: AnswerSerializer,
    // A node that was down is tried again at once: the backoff of the callers already spaces the requests.
    resurrectStrategy: 'none',
    ...(ca !== undefined && { ssl: { ca } }),
    ...(username !== undefined && { auth: { username, password } }),
    ...options,
  });
}
