import { bigqueryAccess } from '../clients/bigquery-access.ts';
import { withoutValues } from '@sluice/warehouse-schemas';
import { printable } from '../terminal/printable.ts';
import { cutToWidth, duration, tableLines } from '@sluice/terminal';
import { findLoads, type LoadFilter } from '@sluice/operations';
import type { LoadError, LoadJob } from '@sluice/operations';

/**
 * Lists load jobs, the newest last. Never prints the contents of records.
 *
 * @returns the exit code
 */
export async function listLoads(options: {
  filter: LoadFilter;
  limit: number;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<number> {
  const { filter, limit, json, environment, signal } = options;
  const found: LoadJob[] = [];
  let isMore = false;
  for await (const job of findLoads(bigqueryAccess(environment, signal), filter, signal)) {
    isMore = found.length === limit;
    if (isMore) break;
    found.unshift(job);
  }
  const lines = json ? found.map((job) => JSON.stringify(listedJob(job))) : tableOf(found, filter.since);
  if (isMore && !json) lines.push(`These are the newest ${limit}; --limit shows more.`);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
}

/** A job without its objects and without the contents of records. */
export function listedJob(job: LoadJob): object {
  const { id, table, topic, state, rowRange, rows, badRows, created, ended, durationMs, error, uris } = job;
  return {
    id,
    topic,
    table,
    state,
    attempt: job.name.attempt,
    objects: uris.length,
    ...(rowRange !== undefined && { rowRange }),
    rows,
    badRows,
    created,
    ...(ended !== undefined && { ended }),
    durationMs,
    ...(error !== undefined && { error: { ...error, message: withoutValues(error.message) } }),
  };
}

function tableOf(jobs: readonly LoadJob[], since: Date): string[] {
  const { stdout } = process;
  if (jobs.length === 0)
    return [`There are no such load jobs since ${since.toISOString()}; --since looks further back.`];
  const header = ['job', 'table', 'state', 'created', 'took', 'objects', 'rows', 'bad rows', 'error'];
  const rows = jobs.map(({ id, table, state, created, durationMs, uris, rowRange, rows: loaded, badRows, error }) => [
    id,
    table,
    state,
    created.toISOString(),
    duration(durationMs),
    rowRange === undefined ? String(uris.length) : `rows ${rowRange}`,
    String(loaded),
    String(badRows),
    error === undefined ? '' : errorText(error),
  ]);
  return cutToWidth(tableLines(header, rows, stdout, header.length), stdout);
}

/** An error in one line, without the contents of records. */
export const errorText = ({ reason, message }: LoadError): string => printable(`${reason}: ${withoutValues(message)}`);
