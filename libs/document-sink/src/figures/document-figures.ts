import { countFields, defaultFieldLimit } from '@sluice/index-templates';
import { aliasName, indexPattern, type EventContract } from '@sluice/contracts';
import { describeError, documentMetrics, pause, type Logger, type Metrics } from '@sluice/telemetry';
import type { ClusterRequest, DocumentCluster } from '../cluster.ts';

/** What no answer to a bulk request says is asked for so often. */
const pollMs = 30_000;
const mostFields = 100;

/** What to ask a cluster about, and where the answers go. */
interface Watched {
  readonly cluster: DocumentCluster;
  readonly contracts: readonly EventContract[];
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * Shows, for each event, how many documents are not found by a field, as the cluster could not index its value, and how full the mapping
 * of its newest index is. A cluster that does not answer is asked again; writing never waits for this.
 *
 * @returns ends it
 */
export function watchDocuments({ cluster, contracts, metrics, logger }: Watched): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const gauges = {
    ignored: metrics.gauge(documentMetrics.ignored),
    fields: metrics.gauge(documentMetrics.fields),
    limit: metrics.gauge(documentMetrics.fieldsLimit),
  };
  const show = async (): Promise<void> => {
    const found = await ignoredDocuments(cluster, contracts, signal);
    for (const [topic, fields] of found)
      for (const [field, count] of fields) gauges.ignored.set({ topic, field }, count);
    for (const contract of contracts) {
      const room = await mappingRoom(cluster, contract, signal);
      if (room === undefined) continue;
      gauges.fields.set({ topic: contract.topic }, room.fields);
      gauges.limit.set({ topic: contract.topic }, room.limit);
    }
  };
  void (async () => {
    while (!signal.aborted) {
      await show().catch((error: unknown) =>
        logger.debug({ error: describeError(error) }, `${cluster.product} does not say what it has not indexed`),
      );
      await pause(pollMs, signal).catch(() => {});
    }
  })();
  return () => stop.abort();
}

const lines = (...objects: readonly object[]): Buffer =>
  Buffer.from(objects.map((one) => `${JSON.stringify(one)}\n`).join(''));

/**
 * How many documents of each event have a field that was not indexed.
 *
 * An index from before Elasticsearch 8.15, and any of OpenSearch, may not be able to say so by field: it is left out.
 */
async function ignoredDocuments(
  cluster: DocumentCluster,
  contracts: readonly EventContract[],
  signal: AbortSignal,
): Promise<Map<string, [field: string, count: number][]>> {
  const search = {
    ...{ size: 0, track_total_hits: false, query: { exists: { field: '_ignored' } } },
    aggs: { fields: { terms: { field: '_ignored', size: mostFields } } },
  };
  const body = lines(
    ...contracts.flatMap((contract) => [{ index: aliasName(contract), ignore_unavailable: true }, search]),
  );
  const answer = await cluster.request({ method: 'POST', path: '/_msearch', body }, signal);
  if (answer.status >= 400) throw new Error(`${cluster.product} answers ${answer.status}`);
  const { responses = [] } = answer.body as { responses?: readonly SearchAnswer[] };
  return new Map(
    contracts.map(({ topic }, at) => {
      const buckets = responses[at]?.aggregations?.fields?.buckets ?? [];
      return [topic, buckets.map(({ key, doc_count: count }): [string, number] => [key, count])];
    }),
  );
}

interface SearchAnswer {
  aggregations?: { fields?: { buckets?: readonly { key: string; doc_count: number }[] } };
}

/** How many fields the newest index of an event has, and may have; undefined where there is none. */
async function mappingRoom(
  cluster: DocumentCluster,
  contract: EventContract,
  signal: AbortSignal,
): Promise<{ fields: number; limit: number } | undefined> {
  const ask = async <T>(request: Omit<ClusterRequest, 'method'>): Promise<Record<string, T>> => {
    const { status, body } = await cluster.request({ method: 'GET', ...request }, signal);
    return status < 400 && typeof body === 'object' && body !== null ? (body as Record<string, T>) : {};
  };
  const pattern = encodeURIComponent(indexPattern(contract));
  const all = await ask<unknown>({ path: `/${pattern}/_alias`, querystring: { expand_wildcards: 'open' } });
  // Within one rotation the names are in the order of time.
  const newest = Object.keys(all).sort().at(-1);
  if (newest === undefined) return undefined;
  const index = encodeURIComponent(newest);
  const { [newest]: mapping } = await ask<{ mappings?: object }>({ path: `/${index}/_mapping` });
  if (mapping?.mappings === undefined) return undefined;
  const name = 'index.mapping.total_fields.limit';
  const { [newest]: own } = await ask<{ settings?: Record<string, string> }>({
    path: `/${index}/_settings/${name}`,
    querystring: { flat_settings: 'true' },
  });
  return { fields: countFields(mapping.mappings), limit: Number(own?.settings?.[name] ?? defaultFieldLimit) };
}
