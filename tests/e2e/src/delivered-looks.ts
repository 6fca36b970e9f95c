import { gunzipSync } from 'node:zlib';
import { aliasName, tableName, videoEvent } from '@sluice/schemas';
import { queriedRows } from './queried-rows.ts';

/** Video events at one destination. */
export interface DeliveredLooks {
  what: string;
  count: number;
  /** Pairs of a user and a board: each was written once. */
  pairs: number;
  /** Indices, folders of an hour, tables. */
  places: readonly string[];
}

type Environment = Readonly<Record<string, string>>;

/** The documents below the alias, counted by Elasticsearch. */
export async function documents({ ELASTICSEARCH_URL: url = '' }: Environment): Promise<DeliveredLooks> {
  const answer = await fetch(`${url}/${aliasName(videoEvent)}/_search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      size: 0,
      track_total_hits: true,
      aggs: {
        users: {
          terms: { field: 'user_id', size: 1000 },
          aggs: { boards: { terms: { field: 'board_id', size: 1000 } } },
        },
        indices: { terms: { field: '_index', size: 100 } },
      },
    }),
  });
  if (!answer.ok) throw new Error(`Elasticsearch says ${answer.status}`);
  interface Buckets {
    buckets: { key: string; boards?: Buckets }[];
  }
  const { hits, aggregations } = (await answer.json()) as {
    hits: { total: { value: number } };
    aggregations: { users: Buckets; indices: Buckets };
  };
  return {
    what: 'documents',
    count: hits.total.value,
    pairs: aggregations.users.buckets.reduce((sum, { boards }) => sum + (boards?.buckets.length ?? 0), 0),
    places: aggregations.indices.buckets.map(({ key }) => key).sort(),
  };
}

/** The lines in all objects, read and counted here. */
export async function lines({ GCS_ENDPOINT: endpoint = '' }: Environment, bucket: string): Promise<DeliveredLooks> {
  const objects = `${endpoint}/storage/v1/b/${bucket}/o`;
  const names: string[] = [];
  for (let page: string | undefined = ''; page !== undefined;) {
    const query: string = new URLSearchParams({ prefix: `${videoEvent.topic}/`, pageToken: page }).toString();
    const listing = (await (await fetch(`${objects}?${query}`)).json()) as {
      items?: { name: string }[];
      nextPageToken?: string;
    };
    names.push(...(listing.items ?? []).map(({ name }) => name));
    page = listing.nextPageToken === '' ? undefined : listing.nextPageToken;
  }
  const pairs = new Set<string>();
  const places = new Set<string>();
  let count = 0;
  for (const name of names) {
    const answer = await fetch(`${objects}/${encodeURIComponent(name)}?alt=media`);
    if (!answer.ok) throw new Error(`Cloud Storage says ${answer.status} of ${name}`);
    for (const line of gunzipSync(await answer.arrayBuffer())
      .toString()
      .split('\n')) {
      if (line === '') continue;
      count++;
      const { user_id, board_id } = JSON.parse(line) as { user_id: string; board_id: string };
      pairs.add(`${user_id} ${board_id}`);
    }
    places.add(name.split('/').slice(0, 3).join('/'));
  }
  return { what: 'lines in objects', count, pairs: pairs.size, places: [...places].sort() };
}

/** The rows of the table, counted by BigQuery. */
export async function rows(environment: Environment, dataset: string): Promise<DeliveredLooks> {
  const table = tableName(videoEvent, dataset);
  const query = `SELECT COUNT(*) AS looks, COUNT(DISTINCT CONCAT(user_id, ' ', board_id)) AS pairs FROM ${table}`;
  const [[count, pairs] = []] = await queriedRows(environment, query);
  return { what: 'rows', count: Number(count), pairs: Number(pairs), places: [table] };
}
