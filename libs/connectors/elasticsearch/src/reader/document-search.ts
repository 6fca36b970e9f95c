import type { estypes } from '@elastic/elasticsearch';
import { aliasName, type EventContract } from '@sluice/contracts';
import { elasticsearchClient } from '../client/elasticsearch-client.ts';
import type { ElasticsearchConfig } from '../settings.ts';
import { orAbsent } from './document-reader.ts';

/** What one search returned. */
interface SearchAnswer {
  /** All that match. */
  total: number;
  hits: readonly SearchHit[];
  /** As Elasticsearch gives them; empty where the request has none. */
  aggregations: Readonly<Record<string, unknown>>;
}

interface SearchHit {
  id: string;
  index: string;
  /** Parsed JSON: see `parseExact`. */
  document: unknown;
  /** The fragments that match, where the request asks for them. */
  highlights: readonly string[];
}

/** Searches events under their aliases. */
export interface DocumentSearch {
  /** The cluster's first address, for links. */
  readonly url: string;
  /**
   * One search over some events; those without an index have no documents.
   *
   * @param request the body of the search API: query, aggs, size, sort …
   * @throws FatalError when the cluster refuses or does not answer, and the client's RequestAbortedError
   */
  search(contracts: readonly EventContract[], request: SearchRequest): Promise<SearchAnswer>;
  /** The properties of the mapping of the newest index of an event, by name; undefined where there is no index. */
  mapping(contract: EventContract): Promise<Readonly<Record<string, estypes.MappingProperty>> | undefined>;
  close(): Promise<void>;
}

export type SearchRequest = Omit<estypes.SearchRequest, 'index'>;

const requestTimeout = 60_000;
const maxRetries = 1;

/** @param signal abandons requests under way */
export function documentSearch(config: ElasticsearchConfig, signal: AbortSignal): DocumentSearch {
  const client = elasticsearchClient(config, { requestTimeout, maxRetries });
  return {
    url: config.ELASTICSEARCH_URL[0] ?? '',
    async search(contracts, request) {
      const index = contracts.map(aliasName);
      const found = await orAbsent(
        client.search({ ...request, index, ignore_unavailable: true, track_total_hits: true }, { signal }),
      );
      const total = found?.hits.total ?? 0;
      return {
        total: typeof total === 'number' ? total : total.value,
        hits: (found?.hits.hits ?? []).map(({ _id: id = '', _index, _source, highlight = {} }) => ({
          ...{ id, index: _index, document: _source },
          highlights: Object.values(highlight).flat(),
        })),
        aggregations: { ...found?.aggregations },
      };
    },
    async mapping(contract) {
      const found = await orAbsent(client.indices.getMapping({ index: aliasName(contract) }, { signal }));
      const newest = Object.keys(found ?? {})
        .sort()
        .at(-1);
      return newest === undefined ? undefined : found?.[newest]?.mappings.properties;
    },
    close: () => client.close(),
  };
}
