import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FatalError, type AppContext } from '@sluice/telemetry';
import type { DashboardConfig } from './config.ts';
import { observe } from './observe/observer.ts';
import { openPlaces } from './places.ts';
import { createServer } from './server/create-server.ts';
import { eventStream } from './server/event-stream.ts';
import { addViews } from './views/views.ts';

/** Serves the page until the signal is aborted. Kafka and the other servers may come later, or go. */
export async function runDashboard(config: DashboardConfig, context: AppContext): Promise<void> {
  const { logger, metrics, health, signal } = context;
  const places = openPlaces(config, { logger, signal });
  const observer = observe({ config, access: () => places.operations, logger, signal });
  const server = createServer(config, pageFolder());
  server.get('/api/overview', () => observer.overview);
  server.get('/api/live', (request, reply) => {
    const stream = eventStream(request, reply, signal);
    observer.listen((overview) => void stream.send('overview', overview), stream.signal);
    return reply;
  });
  addViews(server, { config, places, logger, metrics, signal });
  try {
    const dashboard = await listen(server, config);
    health.ready('page');
    logger.info({ dashboard }, 'the page is served');
    await aborted(signal);
  } finally {
    await server.close();
    await places.close();
  }
}

async function listen(server: ReturnType<typeof createServer>, config: DashboardConfig): Promise<string> {
  const { DASHBOARD_HOST: host, DASHBOARD_PORT: port } = config;
  try {
    return await server.listen({ host, port });
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (code === 'EADDRINUSE')
      throw new FatalError(
        `Port ${port} of ${host} is taken: set DASHBOARD_PORT to another, or to 0 for any that is free`,
      );
    throw error;
  }
}

/** With the bundle, or where the build puts it for a program that runs from its source. */
function pageFolder(): string {
  const folders = [join(import.meta.dirname, 'page'), join(import.meta.dirname, '../../../../dist/dashboard/page')];
  const found = folders.find((folder) => existsSync(join(folder, 'index.html')));
  if (found === undefined) throw new FatalError('The page is not built: `npx nx run dashboard:build` builds it');
  return found;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
