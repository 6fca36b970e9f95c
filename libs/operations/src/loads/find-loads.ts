import { RequestRefused, type WarehouseReader } from '@sluice/connector-google';
import { loadJobOf, type LoadJob, type LoadState } from './load-job.ts';

const jobsAtOnce = 500;

/** Which load jobs are meant. Undefined fields match all. */
export interface LoadFilter {
  since: Date;
  /** A topic, or a table with or without its dataset. */
  of?: string | undefined;
  state?: LoadState | undefined;
}

/**
 * The load jobs of the sink, the newest first. Without the permission `bigquery.jobs.listAll`, only those of the caller.
 *
 * @throws UserError when BigQuery does not answer or refuses the request; the signal's reason
 */
export async function* findLoads(
  access: WarehouseReader,
  { since, of, state }: LoadFilter,
  signal: AbortSignal,
): AsyncGenerator<LoadJob> {
  let pageToken: string | undefined;
  do {
    signal.throwIfAborted();
    const page = Object(await listPage(access, since, pageToken)) as { jobs?: unknown; nextPageToken?: unknown };
    for (const body of Array.isArray(page.jobs) ? page.jobs : []) {
      const job = loadJobOf(body, Date.now());
      if (job === undefined || job.created < since) continue;
      if (state !== undefined && job.state !== state) continue;
      if (of === undefined || [job.topic, job.name.topic, job.table, job.table.split('.')[1]].includes(of)) yield job;
    }
    const { nextPageToken: next } = page;
    pageToken = typeof next === 'string' && next !== '' ? next : undefined;
  } while (pageToken !== undefined);
}

async function listPage(access: WarehouseReader, since: Date, pageToken: string | undefined): Promise<unknown> {
  const qs = {
    projection: 'full',
    maxResults: jobsAtOnce,
    minCreationTime: since.getTime(),
    ...(pageToken !== undefined && { pageToken }),
  };
  try {
    return await access.request({ path: '/jobs', query: { ...qs, allUsers: true } });
  } catch (error) {
    if (!(error instanceof RequestRefused) || error.status !== 403) throw error;
    return access.request({ path: '/jobs', query: qs });
  }
}

/** A load job by its id; undefined where there is none. */
export async function findLoad(access: WarehouseReader, id: string): Promise<LoadJob | undefined> {
  try {
    const { location } = access;
    return loadJobOf(
      await access.request({ path: `/jobs/${encodeURIComponent(id)}`, query: { location } }),
      Date.now(),
    );
  } catch (error) {
    if (error instanceof RequestRefused && error.status === 404) return undefined;
    throw error;
  }
}
