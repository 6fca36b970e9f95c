import { once } from 'node:events';
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that is held at one moment of its life. */
export interface HeldRequest {
  readonly path: string;
  /** Lets it go on: to the server, or its answer to the client. Resolves when the server has answered. */
  release(): Promise<void>;
  /** Breaks the client's connection. What the server has done by then is done. */
  drop(): void;
}

/** Where a request is held: before the server has seen it, or when the server has answered and the client does not know it. */
export type Moment = 'before' | 'answered';

/** An HTTP server between an app and a server, which can hold single requests and be down. */
export interface FaultProxy {
  readonly url: string;
  /** Holds the next request that matches. Rejects when none has come in time. */
  hold(matches: (method: string, path: string) => boolean, moment: Moment, withinMs: number): Promise<HeldRequest>;
  /** Breaks all connections and takes none, until `up`. */
  down(): void;
  up(): void;
  close(): Promise<void>;
}

interface Trap {
  matches: (method: string, path: string) => boolean;
  moment: Moment;
  caught: (request: HeldRequest) => void;
}

export async function faultProxy(target: string): Promise<FaultProxy> {
  const traps = new Set<Trap>();
  const agent = new Agent({ keepAlive: false });
  let isDown = false;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { method = '', url = '', headers } = request;
    const trap = [...traps].find(({ matches }) => matches(method, url));
    if (trap !== undefined) traps.delete(trap);
    const answered = Promise.withResolvers<void>();
    const held = (moment: Moment): Promise<void> | undefined => {
      if (trap?.moment !== moment) return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      trap.caught({
        path: url,
        drop: () => void response.destroy(),
        release() {
          resolve();
          return answered.promise;
        },
      });
      return promise;
    };

    await held('before');
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const forwarded = httpRequest(new URL(url, target), { method, headers, agent }, resolve);
      forwarded.on('error', reject).end(Buffer.concat(parts));
    });
    const body: Buffer[] = [];
    for await (const part of answer) body.push(part as Buffer);
    answered.resolve();
    await held('answered');
    if (response.destroyed) return;
    response.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(body));
  };

  const server = createServer((request, response) => {
    if (isDown) return void response.destroy();
    serve(request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    if (isDown) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    hold(matches, moment, withinMs) {
      const caught = Promise.withResolvers<HeldRequest>();
      const trap: Trap = { matches, moment, caught: caught.resolve };
      traps.add(trap);
      const timer = setTimeout(() => {
        traps.delete(trap);
        caught.reject(new Error(`no request came to be held within ${withinMs / 1000} s`));
      }, withinMs);
      return caught.promise.finally(() => clearTimeout(timer));
    },
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
