import type { FastifyInstance } from 'fastify';
import { where } from '@sluice/operations';
import type { WhereAnswer } from '../api/where.ts';
import { BadRequest, queryText } from './query-text.ts';
import type { ViewContext } from './view-context.ts';

/** A page waits for no longer; the command line does. */
const timeoutMs = 30_000;
const scanRecords = 200_000;

/** `/api/where?q=…`: one event in Kafka and at all destinations. */
export function addWhere(server: FastifyInstance, { config, places, signal }: ViewContext): void {
  server.get('/api/where', async (request): Promise<WhereAnswer> => {
    const asked = queryText(request, 'q');
    if (asked === undefined) throw new BadRequest('Say what to look for: an id, topic:partition:offset, or words');
    const { documents, search, objects, rows } = places;
    const { kafka, codec } = places.reached();
    const until = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const links = {
      elasticsearch: search.url,
      gcs: config.GCS_ENDPOINT,
      bigquery: config.BIGQUERY_ENDPOINT,
    };
    return where({ kafka, codec, documents, search, objects, rows, links, scanRecords, signal: until }, asked.trim());
  });
}
