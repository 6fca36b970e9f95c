import { FatalError, pause } from '@sluice/telemetry';
import type { TableColumn } from '@sluice/warehouse-schemas';
import type { ApiRequest } from '../bigquery-client.ts';

/** A value as BigQuery's REST interface gives it: text, a list of `{v}`, or a record `{f: [{v}, …]}`. */
export type Cell = string | null | readonly { v: Cell }[] | { f: readonly { v: Cell }[] };
export interface QueriedRow {
  f: readonly { v: Cell }[];
}

export const isRecordCell = (cell: Cell | undefined): cell is QueriedRow =>
  typeof cell === 'object' && cell !== null && 'f' in cell;

interface QueryAnswer {
  jobComplete?: boolean;
  jobReference: { jobId: string; location?: string };
  schema?: { fields?: readonly TableColumn[] };
  rows?: readonly QueriedRow[];
  /** Null, too, where there is no further page. */
  pageToken?: string | null;
}

const rowsAtOnce = 10_000;
const answerMs = 20_000;

/**
 * Runs a query (GoogleSQL) and gives its rows a page at a time, with the columns that they have.
 *
 * @throws what the reader throws, FatalError, and the abort reason
 */
export async function* queryRows(
  reader: { location: string; request(request: Omit<ApiRequest, 'signal' | 'headers'>): Promise<unknown> },
  sql: string,
  signal: AbortSignal,
): AsyncGenerator<{ columns: readonly TableColumn[]; rows: readonly QueriedRow[] }> {
  const { location } = reader;
  const form = { useInt64Timestamp: true };
  let answer = answerOf(
    await reader.request({
      method: 'POST',
      path: '/queries',
      json: {
        query: sql,
        useLegacySql: false,
        maxResults: rowsAtOnce,
        timeoutMs: answerMs,
        formatOptions: form,
        location,
      },
    }),
  );
  const { jobId, location: place } = answer.jobReference;
  let columns: readonly TableColumn[] = [];
  for (;;) {
    signal.throwIfAborted();
    columns = answer.schema?.fields ?? columns;
    const isComplete = answer.jobComplete !== false;
    if (isComplete && answer.rows !== undefined) yield { columns, rows: answer.rows };
    const pageToken = answer.pageToken ?? '';
    if (isComplete && pageToken === '') return;
    if (!isComplete) await pause(500, signal);
    answer = answerOf(
      await reader.request({
        path: `/queries/${encodeURIComponent(jobId)}`,
        query: {
          maxResults: rowsAtOnce,
          timeoutMs: answerMs,
          'formatOptions.useInt64Timestamp': true,
          ...(place !== undefined && { location: place }),
          ...(pageToken !== '' && { pageToken }),
        },
      }),
    );
  }
}

function answerOf(body: unknown): QueryAnswer {
  if (!isAnswer(body)) throw new FatalError('BigQuery answers a query with something that is not a result.');
  return body;
}

const isAnswer = (body: unknown): body is QueryAnswer =>
  typeof body === 'object' && body !== null && 'jobReference' in body;

/** A cell of a row as a whole number; null counts as zero, as of a sum over nothing. */
export function numberAt(row: QueriedRow, column: number): bigint {
  const value = row.f[column]?.v ?? null;
  return typeof value === 'string' ? BigInt(value) : 0n;
}

/** A cell of a row as text. */
export function textAt(row: QueriedRow, column: number): string | undefined {
  const value = row.f[column]?.v;
  return typeof value === 'string' ? value : undefined;
}
