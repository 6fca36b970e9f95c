import type { EventContract } from '@sluice/contracts';
import { documentSink } from '@sluice/document-sink';
import type { Sink } from '@sluice/sink';
import type { Logger, Metrics } from '@sluice/telemetry';
import { elasticsearchClient } from './client/elasticsearch-client.ts';
import { elasticsearchCluster } from './client/elasticsearch-cluster.ts';
import type { ElasticsearchSinkConfig } from './settings.ts';

/**
 * Makes each event a document: see `documentSink`.
 *
 * @param metrics see `DocumentSinkOptions`
 */
export function elasticsearchSink(
  config: ElasticsearchSinkConfig,
  contracts: readonly EventContract[],
  logger: Logger,
  metrics?: Metrics,
): Sink {
  const client = elasticsearchClient(config, {
    requestTimeout: config.ELASTICSEARCH_REQUEST_TIMEOUT_MS,
    compression: config.ELASTICSEARCH_COMPRESSION,
  });
  return documentSink(elasticsearchCluster(client), {
    contracts,
    ...{ logger, metrics },
    requests: {
      maxRequestBytes: config.ELASTICSEARCH_REQUEST_BYTES,
      requestTimeoutMs: config.ELASTICSEARCH_REQUEST_TIMEOUT_MS,
      concurrency: config.ELASTICSEARCH_CONCURRENT_REQUESTS,
    },
    indices: {
      settings: {
        shards: config.ELASTICSEARCH_SHARDS,
        replicas: config.ELASTICSEARCH_REPLICAS,
        refreshIntervalMs: config.ELASTICSEARCH_REFRESH_INTERVAL_MS,
        fields: config.ELASTICSEARCH_FIELDS,
      },
    },
  });
}
