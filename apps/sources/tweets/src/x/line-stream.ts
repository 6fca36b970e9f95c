import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { TweetStream } from 'twitter-api-v2';
import { linesOf, Silence } from './lines-of.ts';

/**
 * The client's stream as far as it connects. Its own reading is left out: it takes pieces of characters for whole ones, cannot be
 * slowed down, forgets the line that it cannot parse, and reconnects by other rules than X's.
 */
class Connection extends TweetStream {
  protected override initEventsFromRequest(): void {
    // The lines are read by `linesOf`.
  }

  get answer(): { body: Readable; head: IncomingMessage } {
    if (this.res === undefined || this.originalResponse === undefined) throw new Error('the stream is not connected');
    return { body: this.res, head: this.originalResponse };
  }
}

/** A connected stream. */
export interface LineStream {
  /** The time of the answer by X's clock, as its header says. */
  date: string | undefined;
  /**
   * Its lines as bytes; empty ones are keep-alives. Read at the reader's pace. Ends when X ends it, and throws when the connection
   * breaks off or `silenceMs` pass without a byte.
   */
  lines: AsyncIterable<Buffer>;
  close(): void;
}

/**
 * Connects to a stream of lines.
 *
 * @param options.connectMs how long X may take to answer
 * @throws what the client throws: see `xError`
 */
export async function openLineStream(options: {
  url: URL;
  token: string;
  agent: ConstructorParameters<typeof TweetStream>[0]['options']['agent'];
  connectMs: number;
  silenceMs: number;
  signal: AbortSignal;
}): Promise<LineStream> {
  const { url, token, agent, connectMs, silenceMs } = options;
  const end = new AbortController();
  const signal = AbortSignal.any([options.signal, end.signal]);
  const connection = new Connection({
    url,
    options: { method: 'GET', headers: { Authorization: `Bearer ${token}` }, agent, signal },
    compression: true,
  });
  const timer = setTimeout(() => end.abort(new Silence('no answer')), connectMs);
  try {
    await connection.connect({ autoReconnect: false, keepAliveTimeout: 'disable' });
  } catch (error) {
    throw end.signal.aborted ? new Silence(`no answer within ${connectMs} ms`) : error;
  } finally {
    clearTimeout(timer);
  }
  const { body, head } = connection.answer;
  // Whoever reads the lines hears of it; without a reader it must not end the process.
  body.on('error', () => {});
  const close = () => {
    end.abort();
    body.destroy();
  };
  return { date: head.headers.date, lines: linesOf({ body, head, silenceMs, close }), close };
}
