import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A request from the client. */
export interface ProxiedRequest {
  method: string;
  /** From the path on. */
  url: string;
  headers: IncomingHttpHeaders;
  /** As sent, compressed or not. */
  body: Buffer;
}

/** An answer. A body that is neither text nor bytes is sent as JSON. */
export interface ProxyAnswer {
  status: number;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer | object;
}

/**
 * Decides what a client gets: an answer, silence, or a broken connection. `forward` sends the request to the target and returns its
 * answer; a request that is not forwarded has no effect. A rejection breaks the connection.
 */
export type Answering = (
  request: ProxiedRequest,
  forward: () => Promise<ProxyAnswer>,
) => ProxyOutcome | Promise<ProxyOutcome>;
type ProxyOutcome = ProxyAnswer | 'silence' | 'broken connection';

/** An HTTP server on 127.0.0.1 between a client and a target. It may answer in place of the target. */
export interface HttpProxy {
  readonly url: string;
  readonly port: number;
  /** Breaks all connections and accepts none, until `up`. Requests that were already received still reach the target. */
  down(): void;
  up(): void;
  /** Frees the port: connections are refused from then on. */
  close(): Promise<void>;
}

/**
 * @param options.target where to forward to
 * @param options.answering forwards everything by default
 * @param options.port 0 takes a free port
 * @param options.tls serves HTTPS with this certificate
 */
export async function httpProxy(options: {
  target: string;
  answering?: Answering;
  port?: number;
  tls?: ServerOptions;
}): Promise<HttpProxy> {
  const { target, answering = (_, forward) => forward(), port = 0, tls } = options;
  // A target may be killed and started again, so no connection to it is reused.
  const agent = new Agent({ keepAlive: false });
  let isDown = false;

  const forward = async ({ method, url, headers, body }: ProxiedRequest): Promise<ProxyAnswer> => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      httpRequest(new URL(url, target), { method, headers, agent }, resolve).on('error', reject).end(body);
    });
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: await bytesOf(answer) };
  };
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = incoming;
    const request = { method, url, headers, body: await bytesOf(incoming) };
    const outcome = await answering(request, () => forward(request));
    if (outcome === 'silence') return;
    if (outcome === 'broken connection') return void response.destroy();
    if (response.destroyed) return;
    const { status, headers: own, body } = outcome;
    const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
    response
      .writeHead(status, { ...(isJson && { 'content-type': 'application/json' }), ...own })
      .end(isJson ? JSON.stringify(body) : body);
  };

  const server = tls === undefined ? createServer() : createTlsServer(tls);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    if (isDown) socket.destroy();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${taken}`,
    port: taken,
    down() {
      isDown = true;
      server.closeAllConnections();
    },
    up() {
      isDown = false;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      agent.destroy();
      await once(server, 'close');
    },
  };
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
