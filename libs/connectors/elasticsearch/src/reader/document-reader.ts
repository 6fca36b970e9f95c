import { errors, type Client, type estypes } from '@elastic/elasticsearch';
import { aliasName, indexName, type EventContract } from '@sluice/contracts';
import { restoredDocument } from '@sluice/document-sink';
import type { DestinationReader, DestinationSnapshot, StoredEvent } from '@sluice/sink';
import { FatalError, describeError } from '@sluice/telemetry';
import { elasticsearchClient } from '../client/elasticsearch-client.ts';
import { clusterProblem, refusalText } from '../client/cluster-problem.ts';
import type { ElasticsearchConfig } from '../settings.ts';

/**
 * Reads back what the cluster holds under the events' aliases; the places are indices.
 *
 * An aborted method throws the client's RequestAbortedError.
 */
export interface DocumentReader extends DestinationReader {
  /** @param filters all must match; every document matches none */
  count(contract: EventContract, filters?: readonly estypes.QueryDslQueryContainer[]): Promise<number>;
}

/** The most hits of one search, unless an index is configured otherwise (`index.max_result_window`). */
const maxHits = 10_000;
const keepAlive = '5m';
const requestTimeout = 60_000;
const maxRetries = 3;
const onClose = { requestTimeout: 2_000, maxRetries: 0 };

/** @param signal abandons requests under way */
export function documentReader(config: ElasticsearchConfig, signal: AbortSignal): DocumentReader {
  const client = elasticsearchClient(config, { requestTimeout, maxRetries });

  const find = async (index: string, ids: readonly string[]): Promise<StoredEvent[]> => {
    if (ids.length === 0) return [];
    const search = { index, size: maxHits, track_total_hits: true, query: { ids: { values: [...ids] } } };
    const { hits } = await client.search(search, { signal });
    const total = typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0);
    if (total > hits.hits.length && ids.length > 1) {
      const half = ids.length >> 1;
      return [...(await find(index, ids.slice(0, half))), ...(await find(index, ids.slice(half)))];
    }
    return hits.hits.map(({ _id: id = '', _index, _source }) => ({
      ...{ id, place: _index },
      document: restoredDocument(_source),
    }));
  };

  return {
    placeOf: indexName,
    refresh: async (contract) =>
      void (await orAbsent(client.indices.refresh({ index: aliasName(contract) }, { signal }))),
    find: async (contract, ids) => (await orAbsent(find(aliasName(contract), ids))) ?? [],
    async count(contract, filters = []) {
      const query = { bool: { filter: [...filters] } };
      return (await orAbsent(client.count({ index: aliasName(contract), query }, { signal })))?.count ?? 0;
    },
    async snapshot(contract) {
      const wanted = { index: aliasName(contract), keep_alive: keepAlive };
      const opened = await orAbsent(client.openPointInTime(wanted, { signal }));
      return opened === undefined ? empty : pointInTime(client, opened.id, signal);
    },
    close: () => client.close(),
  };
}

/** @returns undefined where there is no such index */
export async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof errors.RequestAbortedError) throw error;
    const isRefused = error instanceof errors.ResponseError;
    if (isRefused && isMissingIndex(error)) return undefined;
    const reason = isRefused ? refusalText(error) : describeError(clusterProblem(error));
    throw new FatalError(`The documents in Elasticsearch cannot be read: ${reason}`);
  }
}

const isMissingIndex = ({ statusCode, body }: errors.ResponseError): boolean =>
  statusCode === 404 && JSON.stringify(body).includes('index_not_found_exception');

const empty: DestinationSnapshot = { async *pages() {}, close: async () => {} };

function pointInTime(client: Client, id: string, signal: AbortSignal): DestinationSnapshot {
  return {
    async *pages() {
      let after: estypes.SortResults | undefined;
      do {
        const search: estypes.SearchRequest = {
          pit: { id, keep_alive: keepAlive },
          size: maxHits,
          _source: false,
          track_total_hits: false,
          sort: [{ _shard_doc: 'asc' }],
          ...(after !== undefined && { search_after: after }),
        };
        const page = await orAbsent(client.search(search, { signal }));
        const hits = page?.hits.hits ?? [];
        if (hits.length > 0) yield hits.map(({ _id = '', _index: place }) => ({ id: _id, place }));
        after = hits.at(-1)?.sort;
      } while (after !== undefined);
    },
    // It expires after `keepAlive` anyway, so a cluster that does not answer is not waited for.
    close: async () => void (await client.closePointInTime({ id }, onClose).catch(() => {})),
  };
}
