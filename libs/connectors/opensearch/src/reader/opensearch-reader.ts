import { aliasName, indexName } from '@sluice/contracts';
import { errorObject, refusalText, restoredDocument, type ClusterRequest } from '@sluice/document-sink';
import type { DestinationReader, DestinationSnapshot, StoredEvent } from '@sluice/sink';
import { FatalError, describeError } from '@sluice/telemetry';
import { opensearchClient } from '../client/opensearch-client.ts';
import { opensearchCluster } from '../client/opensearch-cluster.ts';
import type { OpensearchConfig } from '../settings.ts';

/** The most hits of one search, unless an index is configured otherwise (`index.max_result_window`). */
const maxHits = 10_000;
const keepAlive = '5m';
const requestTimeout = 60_000;
const maxRetries = 3;
const onCloseMs = 2_000;

interface Hits {
  hits: {
    total?: { value: number };
    hits: readonly { _id: string; _index: string; _source?: unknown; sort?: readonly unknown[] }[];
  };
}

/**
 * Reads back what the cluster holds under the events' aliases. An event without an index has no documents.
 *
 * @param signal abandons requests under way
 */
export function opensearchReader(config: OpensearchConfig, signal: AbortSignal): DestinationReader {
  const cluster = opensearchCluster(
    opensearchClient(config, { requestTimeout, maxRetries }),
    requestTimeout * (maxRetries + 1),
  );

  /** @returns undefined where there is no such index */
  const send = async <T>(request: ClusterRequest): Promise<T | undefined> => {
    let reason: string;
    try {
      const answer = await cluster.request(request, signal);
      if (answer.status < 400) return answer.body as T;
      if (answer.status === 404 && errorObject(answer.body)?.type === 'index_not_found_exception') return undefined;
      reason = refusalText(answer, cluster.remedy);
    } catch (error) {
      signal.throwIfAborted();
      reason = describeError(error);
    }
    throw new FatalError(`The documents in OpenSearch cannot be read: ${reason}`);
  };
  const at = (index: string, api: string) => `/${encodeURIComponent(index)}/${api}`;

  const find = async (index: string, ids: readonly string[]): Promise<StoredEvent[]> => {
    if (ids.length === 0) return [];
    const body = { size: maxHits, track_total_hits: true, query: { ids: { values: [...ids] } } };
    const found = await send<Hits>({ method: 'POST', path: at(index, '_search'), body });
    const { total, hits = [] } = found?.hits ?? {};
    if ((total?.value ?? 0) > hits.length && ids.length > 1) {
      const half = ids.length >> 1;
      return [...(await find(index, ids.slice(0, half))), ...(await find(index, ids.slice(half)))];
    }
    return hits.map(({ _id: id, _index: place, _source }) => ({ id, place, document: restoredDocument(_source) }));
  };

  return {
    placeOf: indexName,
    refresh: async (contract) => void (await send({ method: 'POST', path: at(aliasName(contract), '_refresh') })),
    find: (contract, ids) => find(aliasName(contract), ids),
    async snapshot(contract) {
      const path = at(aliasName(contract), '_search/point_in_time');
      const querystring = { keep_alive: keepAlive };
      const opened = await send<{ pit_id: string }>({ method: 'POST', path, querystring });
      return opened === undefined ? empty : pointInTime(opened.pit_id);
    },
    close: () => cluster.close(),
  };

  function pointInTime(id: string): DestinationSnapshot {
    return {
      async *pages() {
        let after: readonly unknown[] | undefined;
        do {
          const body = {
            ...{ pit: { id, keep_alive: keepAlive }, size: maxHits, _source: false, track_total_hits: false },
            sort: [{ _shard_doc: 'asc' }],
            ...(after !== undefined && { search_after: after }),
          };
          const page = await send<Hits>({ method: 'POST', path: '/_search', body });
          const hits = page?.hits.hits ?? [];
          if (hits.length > 0) yield hits.map(({ _id, _index: place }) => ({ id: _id, place }));
          after = hits.at(-1)?.sort;
        } while (after !== undefined);
      },
      // It expires after `keepAlive` anyway, so a cluster that does not answer is not waited for.
      async close() {
        const body = { pit_id: [id] };
        await cluster
          .request({ method: 'DELETE', path: '/_search/point_in_time', body }, AbortSignal.timeout(onCloseMs))
          .catch(() => {});
      },
    };
  }
}

const empty: DestinationSnapshot = { async *pages() {}, close: async () => {} };
