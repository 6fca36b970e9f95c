import { indexName, renamedFields, type EventContract } from '@sluice/contracts';
import type { Sink, SinkRecord, Verdict } from '@sluice/sink';
import type { Logger } from '@sluice/telemetry';
import { bulkRequests } from './bulk/bulk-requests.ts';
import type { ElasticsearchSinkConfig } from './settings.ts';
import { elasticsearchClient } from './client/elasticsearch-client.ts';
import type { IndexedEvent } from './bulk/existing-documents.ts';
import { prepareIndices } from './indices/prepare-indices.ts';
import { sharedRequests, type SharedRequests } from './bulk/shared-requests.ts';

/** Writes batches with `_bulk`: creates each record under its event id, in the index of its event time. Deduplicates by id. */
export function elasticsearchSink(
  config: ElasticsearchSinkConfig,
  contracts: readonly EventContract[],
  logger: Logger,
): Sink {
  const client = elasticsearchClient(config, {
    requestTimeout: config.ELASTICSEARCH_REQUEST_TIMEOUT_MS,
    compression: config.ELASTICSEARCH_COMPRESSION,
  });
  const requests = sharedRequests(
    bulkRequests(client, {
      maxRequestBytes: config.ELASTICSEARCH_REQUEST_BYTES,
      requestTimeoutMs: config.ELASTICSEARCH_REQUEST_TIMEOUT_MS,
      concurrency: config.ELASTICSEARCH_CONCURRENT_REQUESTS,
    }),
  );
  const events = new Map(contracts.map((contract) => [contract, indexedEvent(contract)]));

  return {
    unknownFields: 'documents keep them, but are not searchable by them',
    async open(signal) {
      const settings = {
        shards: config.ELASTICSEARCH_SHARDS,
        replicas: config.ELASTICSEARCH_REPLICAS,
        refreshIntervalMs: config.ELASTICSEARCH_REFRESH_INTERVAL_MS,
      };
      for (const contract of contracts) await prepareIndices(client, contract, settings, { logger, signal });
      for (const { topic, schema } of contracts) {
        const fields = renamedFields(schema, 'documents');
        if (Object.keys(fields).length > 0)
          logger.info({ topic, fields }, 'fields have other names in documents, as Elasticsearch reserves their own');
      }
    },
    async write({ contract, records }, { signal, attempt }) {
      const event = events.get(contract) ?? indexedEvent(contract);
      return { verdicts: await createAll(requests, records, event, { signal, isAlone: attempt > 1 }) };
    },
    close: () => client.close(),
  };
}

const indexedEvent = (contract: EventContract): IndexedEvent => ({
  indexOf: indexName(contract),
  arrival: contract.arrival,
});

async function createAll(
  requests: SharedRequests,
  records: readonly SinkRecord[],
  event: IndexedEvent,
  { signal, isAlone }: { signal: AbortSignal; isAlone: boolean },
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  while (verdicts.length < records.length) {
    const rest = verdicts.length === 0 ? records : records.slice(verdicts.length);
    const created = await requests.create({ records: rest, event }, signal, isAlone);
    // Not push(...created): so many arguments as a batch may have records do not fit the stack.
    for (const verdict of created) verdicts.push(verdict);
    // Where the cluster pushes back, the rest need not be tried now.
    const [first] = created;
    if (first?.status === 'retry' && created.every(({ status }) => status === 'retry'))
      while (verdicts.length < records.length) verdicts.push(first);
  }
  return verdicts;
}
