import { pause } from '@sluice/telemetry';
import type { Job } from './load-job.ts';
import { ApiError, type BigqueryClient } from '../bigquery-client.ts';

/** The load jobs of one location. */
export interface LoadJobs {
  find(id: string, signal: AbortSignal): Promise<Job | undefined>;
  /**
   * Creates a job, or finds that it exists: its answer may have been lost, or another process was first.
   *
   * @param data rows that come with the job
   * @throws ApiError when it is refused; after other errors nothing is known, and the same may be tried again
   */
  create(
    id: string,
    configuration: unknown,
    data: Uint8Array | undefined,
    signal: AbortSignal,
  ): Promise<{ job: Job; isNew: boolean }>;
  /** Waits until a job has ended, with whatever outcome. Only the signal ends the wait earlier: a job that still runs may still load. */
  ended(id: string, job: Job, signal: AbortSignal): Promise<Job>;
  /** When the load jobs of the last day were created, by `<dataset>.<table>`, in order. Own jobs only. */
  history(sinceMs: number, signal: AbortSignal): Promise<Map<string, number[]>>;
}

/** Learns of jobs that take longer than they may. */
export interface Overdue {
  report(id: string, state: string, forMs: number): void;
  /** It has ended after all. */
  over(id: string): void;
}

const [firstPollMs, longestPollMs] = [200, 5_000];

export function loadJobs(
  client: BigqueryClient,
  { location, timeoutMs, overdue }: { location: string; timeoutMs: number; overdue: Overdue },
): LoadJobs {
  const find: LoadJobs['find'] = async (id, signal) => {
    try {
      return await client.request<Job>({ path: `/jobs/${id}`, query: { location }, signal });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404 && error.reason === 'notFound') return undefined;
      throw error;
    }
  };

  return {
    find,
    async create(id, configuration, data, signal) {
      const json = { jobReference: { projectId: await client.project(signal), jobId: id, location }, configuration };
      try {
        const job =
          data === undefined
            ? await client.request<Job>({ method: 'POST', path: '/jobs', json, signal })
            : await client.upload<Job>({ job: json, data, signal });
        return { job, isNew: true };
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 409)) throw error;
        const job = await find(id, signal);
        if (job === undefined) throw error;
        return { job, isNew: false };
      }
    },
    async ended(id, given, signal) {
      let job = given;
      const created = Number(given.statistics?.creationTime ?? Date.now());
      let cancelAfterMs = timeoutMs;
      for (let pollMs = firstPollMs; job.status?.state !== 'DONE'; pollMs = Math.min(longestPollMs, pollMs * 1.5)) {
        const forMs = Date.now() - created;
        if (forMs > cancelAfterMs) {
          overdue.report(id, job.status?.state ?? 'PENDING', forMs);
          // Cancelling is only a request: whether the job has loaded follows from its outcome alone.
          await client.request({ method: 'POST', path: `/jobs/${id}/cancel`, query: { location }, signal });
          cancelAfterMs = forMs + timeoutMs;
        }
        await pause(pollMs, signal);
        signal.throwIfAborted();
        const found = await find(id, signal);
        if (found === undefined)
          throw new Error(`the job ${id} was deleted while it ran: it is not known what it loaded`);
        job = found;
      }
      overdue.over(id);
      return job;
    },
    history: (sinceMs, signal) => creationTimes(client, sinceMs, signal),
  };
}

async function creationTimes(
  client: BigqueryClient,
  sinceMs: number,
  signal: AbortSignal,
): Promise<Map<string, number[]>> {
  const byTable = new Map<string, number[]>();
  let pageToken: string | undefined;
  do {
    const page: JobList = await client.request<JobList>({
      path: '/jobs',
      query: {
        projection: 'full',
        maxResults: 1000,
        minCreationTime: sinceMs,
        ...(pageToken !== undefined && { pageToken }),
      },
      signal,
    });
    for (const { configuration, statistics } of page.jobs ?? []) {
      const { datasetId, tableId } = configuration?.load?.destinationTable ?? {};
      const created = Number(statistics?.creationTime);
      if (tableId === undefined || !Number.isFinite(created)) continue;
      const times = byTable.get(`${datasetId}.${tableId}`) ?? [];
      times.push(created);
      byTable.set(`${datasetId}.${tableId}`, times);
    }
    pageToken = page.nextPageToken || undefined;
  } while (pageToken !== undefined);
  for (const times of byTable.values()) times.sort((a, b) => a - b);
  return byTable;
}

interface JobList {
  jobs?: readonly Job[];
  nextPageToken?: string | null;
}
