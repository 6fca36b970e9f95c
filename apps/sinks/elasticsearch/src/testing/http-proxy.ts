import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A request as it passed through. */
export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  /** As sent: compressed where it was. */
  body: Buffer;
}

/**
 * What a proxy does instead of forwarding a request and its answer: answers by itself, does nothing for ever, or forwards the
 * request and keeps the answer for itself.
 */
export type Instead = { status: number; headers?: Record<string, string>; body?: string } | 'silence' | 'lost answer';

/** An HTTP or HTTPS server between the sink and a target, which keeps what passes and may answer in the target's place. */
export interface HttpProxy {
  readonly url: string;
  readonly port: number;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/**
 * @param target where to forward to
 * @param instead undefined forwards the request
 * @param port 0 takes a free one
 * @param tls speaks HTTPS with this certificate
 */
export async function httpProxy({
  target,
  instead = () => undefined,
  port = 0,
  tls,
}: {
  target: string;
  instead?: (request: SeenRequest) => Instead | undefined;
  port?: number;
  tls?: ServerOptions;
}): Promise<HttpProxy> {
  const seen: SeenRequest[] = [];
  const server = tls === undefined ? createServer() : createTlsServer(tls);
  server.on('request', (request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(parts) };
      seen.push(one);
      const own = instead(one);
      if (own === 'silence') return;
      if (typeof own === 'object') {
        response.writeHead(own.status, { 'x-elastic-product': 'Elasticsearch', ...own.headers }).end(own.body);
        return;
      }
      const forwarded = httpRequest(new URL(url, target), { method, headers }, (answered) => {
        if (own === 'lost answer') return void answered.resume();
        response.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(response);
      });
      forwarded.on('error', () => response.destroy());
      forwarded.end(one.body);
    })().catch(() => response.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://localhost:${taken}`,
    port: taken,
    seen,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
