import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** The connection was silent for too long. */
export class Silence extends Error {
  override readonly name = 'Silence';
}

/** A longer line is not a post, and is cut. */
const longestLineBytes = 1024 * 1024;

/**
 * The lines of a body, at the reader's pace, without their line breaks; they are cut as bytes, as a chunk may end within a character.
 *
 * @param stream.head the answer that the body is of, which may be decompressed in between
 * @throws Silence when nothing comes for so long, and what the connection breaks off with
 */
export async function* linesOf(stream: {
  body: Readable;
  head: IncomingMessage;
  silenceMs: number;
  close: () => void;
}): AsyncGenerator<Buffer> {
  const { body, head, silenceMs, close } = stream;
  const breakOff = (error: Error) => body.destroy(error);
  // A decompressor in between does not notice that what it reads from has broken off.
  head.on('error', breakOff);
  head.on('close', () => {
    if (!head.complete) breakOff(new Error('X broke off the connection'));
  });
  const onSilence = () => breakOff(new Silence(`nothing came for ${silenceMs} ms`));
  let timer = setTimeout(onSilence, silenceMs);
  const begun: Buffer[] = [];
  let begunBytes = 0;
  try {
    for await (const chunk of body) {
      clearTimeout(timer);
      const bytes = Buffer.from(chunk);
      let from = 0;
      for (let to = bytes.indexOf(newline); to >= 0; to = bytes.indexOf(newline, from)) {
        const line = Buffer.concat([...begun.splice(0), bytes.subarray(from, to)]);
        begunBytes = 0;
        from = to + 1;
        yield line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
      }
      if (begunBytes < longestLineBytes) begun.push(bytes.subarray(from));
      begunBytes += bytes.length - from;
      timer = setTimeout(onSilence, silenceMs);
    }
  } finally {
    clearTimeout(timer);
    close();
  }
}

const newline = 0x0a;
const carriageReturn = 0x0d;
