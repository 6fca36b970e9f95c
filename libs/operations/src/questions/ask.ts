import { tableName, type BucketValue, type Question } from '@sluice/contracts';
import type { DocumentSearch, SearchRequest } from '@sluice/connector-elasticsearch';
import { RequestRefused, type WarehouseReader } from '@sluice/connector-google';
import { FatalError } from '@sluice/telemetry';
import { cellOf, type AnswerCell } from './answer-cell.ts';

/** The answer to a question. */
export interface Answer {
  question: string;
  columns: Question['columns'];
  /** In the order of the columns: a time as ISO 8601, a number, a text, or null. */
  rows: readonly (readonly AnswerCell[])[];
  /** What was asked: GoogleSQL, or the body of the search API. */
  statement: string;
}

/** The time that is asked about: `to` is the first moment that is not. */
export interface AskedTime {
  from: Date;
  to: Date;
}

/** What a question is asked of: the one that it needs. */
export interface AskAccess {
  rows?: WarehouseReader | undefined;
  search?: DocumentSearch | undefined;
}

/**
 * Asks a question. An event without a table or an index has no rows.
 *
 * @throws FatalError when the server is not given, does not answer or refuses; the abort reason
 */
export async function ask(access: AskAccess, question: Question, time: AskedTime): Promise<Answer> {
  const { name, columns } = question;
  if (question.ask.in === 'bigquery') {
    const { rows } = access;
    if (rows === undefined)
      throw new FatalError(`The question ${name} is asked of BigQuery, which is not set up here.`);
    const statement = await sqlOf(rows, question, question.ask.sql, time);
    return { question: name, columns, rows: await queried(rows, question, statement), statement };
  }
  const { search } = access;
  if (search === undefined)
    throw new FatalError(`The question ${name} is asked of Elasticsearch, which is not set up here.`);
  const { request, buckets, values } = question.ask;
  const filled = filledIn(request, time);
  const { aggregations } = await search.search([question.contract], filled);
  const rows = bucketRows(aggregations, buckets, {}).map((bucket) =>
    values.map((value, at) => cellOf(columns[at], valueOf(bucket, value))),
  );
  return { question: name, columns, rows, statement: JSON.stringify(filled, undefined, 2) };
}

async function sqlOf(rows: WarehouseReader, { contract }: Question, sql: string, time: AskedTime): Promise<string> {
  const table = `\`${await rows.project()}.${tableName(contract, rows.dataset)}\``;
  return sql
    .replaceAll('{table}', table)
    .replaceAll('{from}', `TIMESTAMP '${time.from.toISOString()}'`)
    .replaceAll('{to}', `TIMESTAMP '${time.to.toISOString()}'`);
}

async function queried(rows: WarehouseReader, { columns }: Question, sql: string): Promise<AnswerCell[][]> {
  const found: AnswerCell[][] = [];
  try {
    for await (const page of rows.query(sql))
      for (const { f } of page.rows) found.push(columns.map((column, at) => cellOf(column, f[at]?.v ?? null)));
  } catch (error) {
    // A table into which nothing was loaded does not exist.
    if (!(error instanceof RequestRefused) || error.status !== 404) throw error;
  }
  return found;
}

/** The request with the times in their places. */
function filledIn(request: Readonly<Record<string, unknown>>, { from, to }: AskedTime): SearchRequest {
  const text = JSON.stringify(request)
    .replaceAll('"{from}"', JSON.stringify(from.toISOString()))
    .replaceAll('"{to}"', JSON.stringify(to.toISOString()));
  return JSON.parse(text) as SearchRequest;
}

/** An innermost bucket, with the keys of those around it. */
interface BucketRow {
  keys: Readonly<Record<string, unknown>>;
  bucket: Readonly<Record<string, unknown>>;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function bucketRows(
  within: Readonly<Record<string, unknown>>,
  [name, ...rest]: readonly string[],
  keys: BucketRow['keys'],
): BucketRow[] {
  if (name === undefined) return [{ keys, bucket: within }];
  const aggregation = within[name];
  const buckets: unknown = isObject(aggregation) ? aggregation['buckets'] : [];
  return (Array.isArray(buckets) ? buckets : [])
    .filter(isObject)
    .flatMap((bucket) => bucketRows(bucket, rest, { ...keys, [name]: bucket['key'] }));
}

function valueOf({ keys, bucket }: BucketRow, value: BucketValue): unknown {
  if ('key' in value) return keys[value.key];
  if ('count' in value) return bucket['doc_count'];
  const metric = bucket[value.metric];
  return isObject(metric) ? metric['value'] : null;
}
