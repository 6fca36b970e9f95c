import Fastify, { type FastifyInstance } from 'fastify';
import { DeadLettersRefused } from '@sluice/dead-letters';
import { describeError, FatalError } from '@sluice/telemetry';
import { OperationRefused } from '@sluice/operations';
import type { DashboardConfig } from '../config.ts';
import { addGuards } from './guards.ts';
import { servePage } from './page-files.ts';

/** A server of the page, without routes of its own. */
export function createServer(config: DashboardConfig, pageFolder: string): FastifyInstance {
  const server = Fastify({ logger: false, bodyLimit: 64 * 1024, forceCloseConnections: true });
  addGuards(server, {
    names: new Set([
      'localhost',
      '127.0.0.1',
      '[::1]',
      ...(config.DASHBOARD_NAMES ?? []).map((name) => name.toLowerCase()),
    ]),
    token: config.DASHBOARD_TOKEN,
    canWrite: config.DASHBOARD_WRITE,
  });
  server.setErrorHandler((error, _request, reply) => {
    const status = statusOf(error);
    return reply.code(status).send({ reason: describeError(error) });
  });
  server.get('/api/*', (_request, reply) => reply.code(404).send({ reason: 'There is no such address in the API.' }));
  servePage(server, pageFolder);
  return server;
}

function statusOf(error: unknown): number {
  if (error instanceof OperationRefused || error instanceof DeadLettersRefused) return 409;
  // A server behind this one refuses or does not answer.
  if (error instanceof FatalError) return 502;
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'statusCode') : undefined;
  return typeof code === 'number' ? code : 500;
}
