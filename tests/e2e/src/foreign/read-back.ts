import { gunzipSync } from 'node:zlib';
import type { Seen, SeenRecord } from './foreign-case.ts';

type Environment = Readonly<Record<string, string>>;

/** JSON with each whole number exact. */
function exactJson(text: string): Seen {
  const revive = (_: string, value: Seen, context?: { source?: string }): Seen =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? BigInt(context?.source ?? '')
      : value;
  return JSON.parse(text, revive) as Seen;
}

/** A document and its index. */
export interface Document {
  index: string;
  source: SeenRecord;
}

/** All documents below an alias. */
export async function readDocuments({ ELASTICSEARCH_URL: url = '' }: Environment, alias: string): Promise<Document[]> {
  await fetch(`${url}/${alias}/_refresh`, { method: 'POST' });
  const answer = await fetch(`${url}/${alias}/_search?size=10000`);
  if (!answer.ok) throw new Error(`Elasticsearch answered ${answer.status}`);
  const { hits } = exactJson(await answer.text()) as unknown as {
    hits: { hits: { _index: string; _source: SeenRecord }[] };
  };
  return hits.hits.map(({ _index: index, _source: source }) => ({ index, source }));
}

/** The objects whose names begin so, as they are. */
export async function readObjects(
  { GCS_ENDPOINT: endpoint = '' }: Environment,
  bucket: string,
  prefix: string,
): Promise<Buffer[]> {
  const objects = `${endpoint}/storage/v1/b/${bucket}/o`;
  const listing = (await (await fetch(`${objects}?${new URLSearchParams({ prefix })}`)).json()) as {
    items?: { name: string }[];
  };
  const read = async ({ name }: { name: string }) => {
    const answer = await fetch(`${objects}/${encodeURIComponent(name)}?alt=media`);
    if (!answer.ok) throw new Error(`Cloud Storage answered ${answer.status} for ${name}`);
    return Buffer.from(await answer.arrayBuffer());
  };
  return Promise.all((listing.items ?? []).map(read));
}

export async function readLines(environment: Environment, bucket: string, prefix: string): Promise<SeenRecord[]> {
  const objects = await readObjects(environment, bucket, prefix);
  return objects.flatMap((object) =>
    gunzipSync(object)
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => exactJson(line) as SeenRecord),
  );
}

interface Column {
  name: string;
  type: string;
  mode?: string;
  fields?: readonly Column[];
}

/** A cell as the API has it: https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query#response-body */
type Cell = null | string | readonly { v: Cell }[] | { readonly f: readonly { v: Cell }[] };

/** All rows of a table. */
export async function readRows(
  { BIGQUERY_ENDPOINT: endpoint = '', BIGQUERY_PROJECT: project = '' }: Environment,
  table: string,
): Promise<SeenRecord[]> {
  const answer = await fetch(`${endpoint}/bigquery/v2/projects/${project}/queries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: `SELECT * FROM \`${project}.${table}\``,
      useLegacySql: false,
      formatOptions: { useInt64Timestamp: true },
    }),
  });
  if (!answer.ok) throw new Error(`BigQuery answered ${answer.status}: ${await answer.text()}`);
  const { rows = [], schema } = (await answer.json()) as {
    rows?: { f: { v: Cell }[] }[];
    schema: { fields: readonly Column[] };
  };
  return rows.map(({ f }) => rowOf(schema.fields, f));
}

const rowOf = (columns: readonly Column[], cells: readonly { v: Cell }[]): SeenRecord =>
  Object.fromEntries(columns.map((column, at) => [column.name, valueOf(column, cells[at]?.v ?? null)]));

function valueOf(column: Column, cell: Cell): Seen {
  if (column.mode === 'REPEATED') {
    const items = (cell ?? []) as readonly { v: Cell }[];
    return items.map(({ v }) => valueOf({ ...column, mode: 'NULLABLE' }, v));
  }
  if (cell === null) return null;
  if (typeof cell !== 'string') return rowOf(column.fields ?? [], (cell as { f: readonly { v: Cell }[] }).f);
  switch (column.type) {
    case 'INTEGER':
    case 'INT64':
      return Number.isSafeInteger(Number(cell)) ? Number(cell) : BigInt(cell);
    case 'FLOAT':
    case 'FLOAT64':
      return ['NaN', 'Infinity', '-Infinity'].includes(cell) ? cell : Number(cell);
    case 'BOOLEAN':
    case 'BOOL':
      return cell === 'true';
    case 'TIMESTAMP':
      return instantOf(BigInt(cell));
    case 'TIME':
      return cell.replace(/(\.\d{3})000$/, '$1');
    case 'JSON':
      return exactJson(cell);
    default:
      return cell;
  }
}

/** ISO 8601 in UTC, with three digits where they are enough, else with six. */
function instantOf(micros: bigint): string {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const text = new Date(Number((micros - rest) / 1000n)).toISOString();
  return rest === 0n ? text : text.replace('Z', `${String(rest).padStart(3, '0')}Z`);
}
