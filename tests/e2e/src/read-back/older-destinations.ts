import { tableName, type EventContract } from '@sluice/contracts';

type Environment = Readonly<Record<string, string>>;

async function call<T>(method: string, url: string, body?: object): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answers ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}

/** Makes an index by hand, with a mapping of its own. */
export const olderIndex = (
  { ELASTICSEARCH_URL: url = '' }: Environment,
  index: string,
  properties: object,
): Promise<unknown> =>
  call('PUT', `${url}/${index}`, {
    settings: { 'index.number_of_replicas': 0 },
    mappings: { dynamic: false, properties },
  });

/** Makes the dataset and an event's table by hand: columns of these types, and the time. */
export async function olderTable(
  { BIGQUERY_ENDPOINT: endpoint = '', BIGQUERY_PROJECT: project = '' }: Environment,
  dataset: string,
  contract: EventContract,
  columns: Readonly<Record<string, string>>,
): Promise<void> {
  const datasets = `${endpoint}/bigquery/v2/projects/${project}/datasets`;
  await call('POST', datasets, { datasetReference: { datasetId: dataset, projectId: project }, location: 'US' });
  const tableId = tableName(contract, dataset).slice(dataset.length + 1);
  await call('POST', `${datasets}/${dataset}/tables`, {
    tableReference: { projectId: project, datasetId: dataset, tableId },
    schema: {
      fields: [
        { name: contract.time, type: 'TIMESTAMP' },
        ...Object.entries(columns).map(([name, type]) => ({ name, type })),
      ],
    },
    timePartitioning: { type: 'DAY', field: contract.time },
  });
}

interface Found {
  hits: { total: { value: number } };
  aggregations: Record<'ignored' | 'rescued', { buckets: { key: string; doc_count: number }[] }>;
}

/** What the indices of a topic have: documents, and of these those with a field that is not indexed, or aside, by field. */
export async function foundDocuments(
  { ELASTICSEARCH_URL: url = '' }: Environment,
  topic: string,
): Promise<{ documents: number; ignored: Map<string, number>; rescued: Map<string, number> }> {
  await call('POST', `${url}/${topic}/_refresh`);
  const { hits, aggregations } = await call<Found>('POST', `${url}/${topic}/_search`, {
    ...{ size: 0, track_total_hits: true },
    aggs: {
      ignored: { terms: { field: '_ignored' } },
      rescued: { terms: { field: '_sluice.rescued.field' } },
    },
  });
  const counts = ({ buckets }: Found['aggregations']['ignored']) =>
    new Map(buckets.map(({ key, doc_count: count }) => [key, count]));
  return {
    documents: hits.total.value,
    ignored: counts(aggregations.ignored),
    rescued: counts(aggregations.rescued),
  };
}
