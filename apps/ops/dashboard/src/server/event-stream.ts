import type { FastifyReply, FastifyRequest } from 'fastify';

/** Server-sent events to one reader (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface EventStream {
  /** Sends an event, unless the reader is so slow that earlier ones wait. @returns whether it was sent */
  send(name: string, data: unknown): boolean;
  /** Resolves when the reader can take more, or is gone. */
  drained(): Promise<void>;
  /** Aborted when the reader is gone, or the server ends. */
  readonly signal: AbortSignal;
  end(): void;
}

/** Keeps proxies from closing a quiet connection. */
const heartbeatMs = 15_000;

/** Turns a reply into a stream of events. The handler must return the reply. */
export function eventStream(request: FastifyRequest, reply: FastifyReply, serverSignal: AbortSignal): EventStream {
  const gone = new AbortController();
  reply.hijack();
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
  raw.write('retry: 2000\n\n');
  const beat = setInterval(() => raw.write(': \n\n'), heartbeatMs);
  const end = () => {
    clearInterval(beat);
    gone.abort();
    raw.end();
  };
  request.raw.once('close', end);
  raw.on('error', end);
  serverSignal.addEventListener('abort', end, { once: true });
  gone.signal.addEventListener('abort', () => serverSignal.removeEventListener('abort', end), { once: true });
  return {
    signal: gone.signal,
    end,
    send(name, data) {
      if (gone.signal.aborted || raw.writableNeedDrain) return false;
      raw.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
      return true;
    },
    async drained() {
      if (!raw.writableNeedDrain || gone.signal.aborted) return;
      await new Promise<void>((resolve) => {
        raw.once('drain', resolve);
        gone.signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
  };
}
