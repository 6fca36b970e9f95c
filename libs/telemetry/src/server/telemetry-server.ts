import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health } from './health.ts';
import type { Metrics } from './metrics.ts';

/** A running server of `/live`, `/ready` and `/metrics`. */
export interface TelemetryServer {
  /** Where it listens, such as `http://127.0.0.1:9464`. */
  url: string;
  close(): Promise<void>;
}

/**
 * Serves `/live` and `/ready` (200 or 503, a JSON object that names what is not ready) and `/metrics` (Prometheus' text form).
 *
 * @param port 0 lets the system choose
 * @throws when the port is taken
 */
export async function serveTelemetry(options: {
  host: string;
  port: number;
  health: Health;
  metrics: Metrics;
}): Promise<TelemetryServer> {
  const { host, port, health, metrics } = options;
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
    } else response.writeHead(404, { 'content-type': 'text/plain' }).end('There are /live, /ready and /metrics.\n');
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
