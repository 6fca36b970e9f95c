import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health } from './health.ts';
import type { Metrics } from './metrics.ts';
import type { Taps } from './taps.ts';

/** A running server of `/live`, `/ready`, `/metrics` and `/tap`. */
export interface TelemetryServer {
  /** Where it listens, such as `http://127.0.0.1:9464`. */
  url: string;
  close(): Promise<void>;
}

/**
 * Serves `/live` and `/ready` (200 or 503, a JSON object that names what is not ready) and `/metrics` (Prometheus' text form). `/tap`
 * streams what the app does with single records, in lines of JSON, where it is enabled.
 *
 * @param taps undefined where `/tap` is not enabled
 * @param port 0 lets the system choose
 * @throws when the port is taken
 */
export async function serveTelemetry(options: {
  host: string;
  port: number;
  health: Health;
  metrics: Metrics;
  taps?: Taps | undefined;
}): Promise<TelemetryServer> {
  const { host, port, health, metrics, taps } = options;
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    const { state } = health;
    const json = (ok: boolean) => {
      response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify(state)}\n`);
    };
    if (path === '/live') json(state.live);
    else if (path === '/ready') json(state.ready);
    else if (path === '/metrics') {
      metrics.expose().then(
        ({ contentType, text }) => response.writeHead(200, { 'content-type': contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    } else if (path === '/tap') streamTap(taps, request.url, response);
    else response.writeHead(404, { 'content-type': 'text/plain' }).end('There are /live, /ready and /metrics.\n');
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const defaultPerSecond = 10;
/** A watcher who reads slower than this is behind: what passes meanwhile is counted, not kept. */
const mostUnread = 1024 * 1024;

/** Streams lines to a watcher until the connection ends. */
function streamTap(taps: Taps | undefined, url: string | undefined, response: ServerResponse): void {
  if (taps === undefined) {
    response.writeHead(403, { 'content-type': 'text/plain' });
    response.end('TELEMETRY_TAP is not true for this app: /tap shows the contents of records.\n');
    return;
  }
  const wanted = Number(new URLSearchParams(url?.split('?')[1]).get('per-second'));
  const perSecond = Number.isInteger(wanted) && wanted > 0 ? wanted : defaultPerSecond;
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.flushHeaders();
  const end = taps.watch(perSecond, (line) => {
    if (response.writableLength < mostUnread) response.write(line);
  });
  response.on('close', end);
}
