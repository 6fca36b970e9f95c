import { aliasName, tableName, videoEvent } from '@sluice/contracts';
import { objectLines } from './object-lines.ts';
import { queriedRows } from './queried-rows.ts';

/** Video events at one destination. */
export interface DeliveredImpressions {
  what: string;
  count: number;
  /** Pairs of a user and a board: each was written once. */
  pairs: number;
  /** Indices, folders of an hour, tables. */
  places: readonly string[];
}

type Environment = Readonly<Record<string, string>>;

/** The documents below the alias, counted by Elasticsearch. */
export async function documents({ ELASTICSEARCH_URL: url = '' }: Environment): Promise<DeliveredImpressions> {
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
  if (!answer.ok) throw new Error(`Elasticsearch answered ${answer.status}`);
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
export async function lines(environment: Environment, bucket: string): Promise<DeliveredImpressions> {
  const found = await objectLines(environment, bucket, `${videoEvent.topic}/`);
  const pairs = new Set(found.map(({ line }) => `${String(line['user_id'])} ${String(line['board_id'])}`));
  const places = new Set(found.map(({ object }) => object.split('/').slice(0, 3).join('/')));
  return { what: 'lines in objects', count: found.length, pairs: pairs.size, places: [...places].sort() };
}

/** The rows of the table, counted by BigQuery. */
export async function rows(environment: Environment, dataset: string): Promise<DeliveredImpressions> {
  const table = tableName(videoEvent, dataset);
  const query = `SELECT COUNT(*) AS looks, COUNT(DISTINCT CONCAT(user_id, ' ', board_id)) AS pairs FROM ${table}`;
  const [[count, pairs] = []] = await queriedRows(environment, query);
  return { what: 'rows', count: Number(count), pairs: Number(pairs), places: [table] };
}
