import { errors, type Client, type estypes } from '@elastic/elasticsearch';
import { aliasName, indexName } from '@sluice/schemas';
import { describeError } from '@sluice/telemetry';
import { elasticsearchClient } from '../elasticsearch-client.ts';
import { UserError } from '../user-error.ts';
import type { Copy, Destination, Snapshot } from './destination.ts';
import { parseExact } from './exact-json.ts';

/** The most hits of one search, unless an index is configured otherwise (`index.max_result_window`). */
const mostHits = 10_000;
const keepAlive = '5m';

/**
 * The indices under an event's alias.
 *
 * @throws ConfigError; its methods throw UserError when the cluster does not answer, or refuses
 */
export function elasticsearch(environment: NodeJS.ProcessEnv): Destination {
  const client = elasticsearchClient(environment);
  // Whole numbers beyond 2^53 are compared as they are, not as the nearest double.
  Object.assign(client.serializer, { deserialize: parseExact });

  const copies = async (index: string, ids: readonly string[], signal: AbortSignal): Promise<Copy[]> => {
    if (ids.length === 0) return [];
    const search = { index, size: mostHits, track_total_hits: true, query: { ids: { values: [...ids] } } };
    const { hits } = await client.search(search, { signal });
    const total = typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0);
    if (total > hits.hits.length && ids.length > 1) {
      const half = ids.length >> 1;
      return [...(await copies(index, ids.slice(0, half), signal)), ...(await copies(index, ids.slice(half), signal))];
    }
    return hits.hits.map(({ _id: id = '', _index: place, _source: document }) => ({ id, place, document }));
  };

  return {
    name: 'elasticsearch',
    placeOf: indexName,
    refresh: (contract) => orAbsent(client.indices.refresh({ index: aliasName(contract) })).then(() => {}),
    copies: async (contract, ids, signal) => (await orAbsent(copies(aliasName(contract), ids, signal))) ?? [],
    async snapshot(contract) {
      const opened = await orAbsent(client.openPointInTime({ index: aliasName(contract), keep_alive: keepAlive }));
      return opened === undefined ? nothing : pointInTime(client, opened.id);
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

function pointInTime(client: Client, id: string): Snapshot {
  return {
    async *pages() {
      let after: estypes.SortResults | undefined;
      do {
        const page = await orAbsent(
          client.search({
            pit: { id, keep_alive: keepAlive },
            size: mostHits,
            _source: false,
            track_total_hits: false,
            sort: [{ _shard_doc: 'asc' }],
            ...(after !== undefined && { search_after: after }),
          }),
        );
        const hits = page?.hits.hits ?? [];
        if (hits.length > 0) yield hits.map(({ _id = '', _index: place }) => ({ id: _id, place }));
        after = hits.at(-1)?.sort;
      } while (after !== undefined);
    },
    close: async () => void (await client.closePointInTime({ id }).catch(() => {})),
  };
}
