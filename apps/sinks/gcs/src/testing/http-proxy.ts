import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  method: string;
  url: string;
  body: string;
}

/** What a proxy does instead of forwarding both ways: never answers, or forwards and breaks the connection off before the answer. */
export type Instead = 'silence' | 'lost answer' | undefined;

/** An HTTP server between the sink and Cloud Storage's stand-in. */
export interface HttpProxy {
  readonly url: string;
  readonly port: number;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

export async function httpProxy(options: {
  target: string;
  instead?: (request: SeenRequest) => Instead;
  /** 0 takes a free one. */
  port?: number;
}): Promise<HttpProxy> {
  const { target, instead = () => undefined, port = 0 } = options;
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const { method = '', url = '', headers } = request;
      const body = Buffer.concat(parts);
      const one = { method, url, body: body.toString('latin1') };
      seen.push(one);
      const own = instead(one);
      if (own === 'silence') return;
      const { 'transfer-encoding': _, ...kept } = headers;
      const forwarded = httpRequest(
        new URL(url, target),
        { method, headers: { ...kept, 'content-length': body.length } },
        (answered) => {
          if (own === 'lost answer') return void answered.resume().on('end', () => response.destroy());
          response.writeHead(answered.statusCode ?? 502, answered.headers);
          answered.pipe(response);
        },
      );
      forwarded.on('error', () => response.destroy());
      forwarded.end(body);
    })().catch(() => response.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    seen,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
