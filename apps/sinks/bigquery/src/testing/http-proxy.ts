import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it passed through. */
export interface SeenRequest {
  method: string;
  url: string;
  body: Buffer;
}

/** What a proxy does instead of forwarding a request and its answer: answers by itself, or forwards it and keeps the answer for itself. */
export type Instead = { status: number; body?: string } | 'lost answer';

/** An HTTP server between the sink and a target, which keeps what passes and may answer in the target's place. */
export interface HttpProxy {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/**
 * @param target where to forward to
 * @param instead undefined forwards the request
 */
export async function httpProxy(
  target: string,
  instead: (request: SeenRequest) => Instead | undefined = () => undefined,
): Promise<HttpProxy> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const { method = '', url = '', headers } = request;
      const one = { method, url, body: Buffer.concat(parts) };
      seen.push(one);
      const own = instead(one);
      if (typeof own === 'object') {
        response.writeHead(own.status, { 'content-type': 'application/json' }).end(own.body);
        return;
      }
      const forwarded = httpRequest(new URL(url, target), { method, headers }, (answered) => {
        if (own === 'lost answer') {
          answered.resume().on('end', () => response.destroy());
          return;
        }
        response.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(response);
      });
      forwarded.on('error', () => response.destroy());
      forwarded.end(one.body);
    })().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
