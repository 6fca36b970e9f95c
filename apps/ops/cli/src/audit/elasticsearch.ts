import { errors, type Client, type estypes } from '@elastic/elasticsearch';
import { parseExact } from '@sluice/avro';
import { aliasName, indexName } from '@sluice/contracts';
import { describeError } from '@sluice/telemetry';
import { elasticsearchClient } from '../clients/elasticsearch-client.ts';
import { UserError } from '../user-error.ts';
import type { Copy, Destination, Snapshot } from './destination.ts';

/** The most hits of one search, unless an index is configured otherwise (`index.max_result_window`). */
const mostHits = 10_000;
const keepAlive = '5m';
const closing = { requestTimeout: 2_000, maxRetries: 0 };

/**
 * The indices under an event's alias.
 *
 * @param signal abandons requests under way
 * @throws ConfigError; its methods throw UserError when the cluster does not answer, or refuses
 */
export function elasticsearch(environment: NodeJS.ProcessEnv, signal: AbortSignal): Destination {
  const client = elasticsearchClient(environment);
  // Whole numbers beyond 2^53 are compared as they are, not as the nearest double.
  Object.assign(client.serializer, { deserialize: parseExact });

  const copies = async (index: string, ids: readonly string[]): Promise<Copy[]> => {
    if (ids.length === 0) return [];
    const search = { index, size: mostHits, track_total_hits: true, query: { ids: { values: [...ids] } } };
    const { hits } = await client.search(search, { signal });
    const total = typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0);
    if (total > hits.hits.length && ids.length > 1) {
      const half = ids.length >> 1;
      return [...(await copies(index, ids.slice(0, half))), ...(await copies(index, ids.slice(half)))];
    }
    return hits.hits.map(({ _id: id = '', _index: place, _source: document }) => ({ id, place, document }));
  };

  return {
    name: 'elasticsearch',
    placeOf: indexName,
    refresh: (contract) => orAbsent(client.indices.refresh({ index: aliasName(contract) }, { signal })).then(() => {}),
    copies: async (contract, ids) => (await orAbsent(copies(aliasName(contract), ids))) ?? [],
    async snapshot(contract) {
      const wanted = { index: aliasName(contract), keep_alive: keepAlive };
      const opened = await orAbsent(client.openPointInTime(wanted, { signal }));
      return opened === undefined ? nothing : pointInTime(client, opened.id, signal);
    },
    close: () => client.close(),
  };
}

/** A topic of which nothing has arrived yet has no index. */
async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof errors.ResponseError && error.statusCode === 404) return undefined;
    if (error instanceof errors.RequestAbortedError) throw error;
    throw new UserError(`Elasticsearch cannot be read: ${describeError(error)}`);
  }
}

const nothing: Snapshot = { async *pages() {}, close: async () => {} };

function pointInTime(client: Client, id: string, signal: AbortSignal): Snapshot {
  return {
    async *pages() {
      let after: estypes.SortResults | undefined;
      do {
        const search: estypes.SearchRequest = {
          pit: { id, keep_alive: keepAlive },
          size: mostHits,
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
    // It ends by itself after `keepAlive`: a cluster that does not answer is not waited for.
    close: async () => void (await client.closePointInTime({ id }, closing).catch(() => {})),
  };
}
