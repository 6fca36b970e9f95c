import type { FastifyInstance } from 'fastify';
import { deadLetterTopic } from '@sluice/contracts';
import { findLoads, type LoadJob } from '@sluice/operations';
import { withoutValues } from '@sluice/warehouse-schemas';
import type { LoadList, ShownLoad, TableQuota } from '../api/loads.ts';
import { queryText } from './query-text.ts';
import type { ViewContext } from './view-context.ts';

const dayMs = 24 * 3_600_000;
const hourMs = 3_600_000;
const shownJobs = 100;
/** Beyond so many, the count of the day is a lower bound. */
const mostJobs = 20_000;

/** `/api/loads?of=TOPIC&state=…`: the load jobs of the last day. */
export function addLoads(server: FastifyInstance, { config, places, signal }: ViewContext): void {
  server.get('/api/loads', async (request): Promise<LoadList> => {
    const { rows } = places;
    const limit = config.BIGQUERY_LOADS_PER_DAY;
    if (rows === undefined) return { isConfigured: false, jobs: [], counted: 0, isCut: false, tables: [], limit };
    const state = queryText(request, 'state');
    const of = queryText(request, 'of');
    const day: Pick<LoadJob, 'table' | 'created' | 'state'>[] = [];
    const jobs: ShownLoad[] = [];
    let isCut = false;
    for await (const job of findLoads(rows, { since: new Date(Date.now() - dayMs) }, signal)) {
      isCut = day.length >= mostJobs;
      if (isCut) break;
      day.push({ table: job.table, created: job.created, state: job.state });
      const isMeant = (of === undefined || job.topic === of) && (state === undefined || job.state === state);
      if (isMeant && jobs.length < shownJobs) jobs.push(shownLoad(job));
    }
    return { isConfigured: true, jobs, counted: day.length, isCut, tables: quotas(day, Date.now()), limit };
  });
}

function quotas(jobs: readonly Pick<LoadJob, 'table' | 'created' | 'state'>[], nowMs: number): TableQuota[] {
  return [...Map.groupBy(jobs, ({ table }) => table)]
    .map(([table, each]) => {
      const oldestMs = Math.min(...each.map(({ created }) => created.getTime()));
      // A flow that has run for some minutes is judged by those.
      const windowMs = Math.min(hourMs, Math.max(60_000, nowMs - oldestMs));
      const recent = each.filter(({ created }) => created.getTime() > nowMs - windowMs).length;
      return {
        ...{ table, jobs: each.length, forecast: Math.round((recent * dayMs) / windowMs) },
        failed: each.filter(({ state }) => state === 'failed').length,
      };
    })
    .sort((a, b) => a.table.localeCompare(b.table));
}

function shownLoad({ id, table, topic, state, created, durationMs, uris, rows, badRows, error }: LoadJob): ShownLoad {
  return {
    ...{ id, table, topic, state, createdMs: created.getTime(), durationMs, objects: uris.length, rows, badRows },
    error: error === undefined ? null : `${error.reason}: ${withoutValues(error.message)}`,
    deadLetters: state === 'failed' || badRows > 0 ? deadLetterTopic(topic) : null,
  };
}
