import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, createGzip, type Gzip } from 'node:zlib';

/** One client on the stream. */
export interface StreamConnection {
  /** Writes a line, ended as X does. */
  line(text: string): void;
  /** Writes an incomplete line, and breaks off. */
  breakOff(text: string): void;
  /** Ends the answer. */
  end(): void;
  readonly closed: boolean;
}

/** Begins the answer. @param compressed whether it is compressed, where the client takes that */
export function streamConnection(
  request: IncomingMessage,
  response: ServerResponse,
  compressed: boolean,
  headers: Record<string, string>,
): StreamConnection {
  const gzip =
    compressed && String(request.headers['accept-encoding']).includes('gzip') ? compressor(response) : undefined;
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    ...headers,
    ...(gzip && { 'content-encoding': 'gzip' }),
  });
  response.flushHeaders();
  const write = (text: string) => {
    if (gzip === undefined) response.write(text);
    else {
      gzip.write(text);
      gzip.flush(constants.Z_SYNC_FLUSH);
    }
  };
  return {
    line: (text) => write(`${text}\r\n`),
    breakOff(text) {
      write(text);
      // What was written still goes out before the connection is cut.
      setTimeout(() => response.destroy(), 20);
    },
    end: () => void (gzip ?? response).end(),
    get closed() {
      return response.destroyed || response.writableEnded;
    },
  };
}

function compressor(response: ServerResponse): Gzip {
  const gzip = createGzip();
  gzip.on('error', () => {});
  gzip.pipe(response);
  return gzip;
}
