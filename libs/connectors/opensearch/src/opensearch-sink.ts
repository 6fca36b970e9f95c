import type { EventContract } from '@sluice/contracts';
import { documentSink } from '@sluice/document-sink';
import type { Sink } from '@sluice/sink';
import type { Logger, Metrics } from '@sluice/telemetry';
import { opensearchClient } from './client/opensearch-client.ts';
import { opensearchCluster } from './client/opensearch-cluster.ts';
import { opensearchMappings } from './client/opensearch-mappings.ts';
import type { OpensearchSinkConfig } from './settings.ts';

/**
 * Makes each event a document: see `documentSink`.
 *
 * @param metrics see `DocumentSinkOptions`
 */
export function opensearchSink(
  config: OpensearchSinkConfig,
  contracts: readonly EventContract[],
  logger: Logger,
  metrics?: Metrics,
): Sink {
  const client = opensearchClient(config, {
    requestTimeout: config.OPENSEARCH_REQUEST_TIMEOUT_MS,
    ...(config.OPENSEARCH_COMPRESSION && { compression: 'gzip' }),
  });
  return documentSink(opensearchCluster(client, config.OPENSEARCH_REQUEST_TIMEOUT_MS), {
    contracts,
    ...{ logger, metrics },
    requests: {
      maxRequestBytes: config.OPENSEARCH_REQUEST_BYTES,
      requestTimeoutMs: config.OPENSEARCH_REQUEST_TIMEOUT_MS,
      concurrency: config.OPENSEARCH_CONCURRENT_REQUESTS,
    },
    indices: {
      settings: {
        shards: config.OPENSEARCH_SHARDS,
        replicas: config.OPENSEARCH_REPLICAS,
        refreshIntervalMs: config.OPENSEARCH_REFRESH_INTERVAL_MS,
        fields: config.OPENSEARCH_FIELDS,
      },
      mappings: opensearchMappings,
    },
  });
}
