import { createReadStream } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { bunzip2 } from './bunzip2.ts';

/** A line of a file. */
export interface FileLine {
  /** Without its line break; a line that is too long is cut. */
  bytes: Buffer;
  /** Where the line begins, and what follows it, in the decompressed bytes. */
  start: number;
  end: number;
}

/** A file that ends in the middle of its compressed data, or whose data are broken. */
export class BrokenFile extends Error {
  override readonly name = 'BrokenFile';
}

/** A longer line is not a tweet: the rest of it is skipped. */
const longestLineBytes = 4 * 1024 * 1024;
const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * The lines of a file from a position on, read at the reader's pace.
 *
 * @param from a position behind a line, in the decompressed bytes
 * @param signal ends the reading: what a small file unpacks to may take hours, and hold no line
 * @param onBytes called with how many bytes of the file itself have been read
 * @throws BrokenFile after the last line that can be read
 */
export async function* fileLines(
  path: string,
  from: number,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): AsyncGenerator<FileLine> {
  const compressed = /\.(gz|bz2)$/.test(path);
  const file = createReadStream(path, compressed ? {} : { start: from });
  const body = decompressed(path, file);
  let skip = compressed ? from : 0;
  let start = from;
  let end = from;
  const begun: Buffer[] = [];
  try {
    for await (const chunk of body) {
      if (signal.aborted) return;
      let bytes = chunk;
      if (skip > 0) {
        const skipped = Math.min(skip, bytes.length);
        skip -= skipped;
        bytes = bytes.subarray(skipped);
      }
      onBytes(file.bytesRead);
      let at = 0;
      for (let to = bytes.indexOf(newline); to >= 0; to = bytes.indexOf(newline, at)) {
        end += to + 1 - at;
        yield { bytes: lineOf([...begun.splice(0), bytes.subarray(at, to)]), start, end };
        at = to + 1;
        start = end;
      }
      end += bytes.length - at;
      if (end - start <= longestLineBytes) begun.push(bytes.subarray(at));
    }
    if (end > start) yield { bytes: lineOf(begun), start, end };
  } catch (error) {
    if (!compressed) throw error;
    throw new BrokenFile(error instanceof Error ? error.message : String(error), { cause: error });
  } finally {
    file.destroy();
  }
}

function lineOf(parts: readonly Buffer[]): Buffer {
  const line = Buffer.concat(parts);
  return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
}

function decompressed(path: string, file: Readable): AsyncIterable<Buffer> {
  if (path.endsWith('.gz')) return piped(file, createGunzip());
  if (path.endsWith('.bz2')) return bunzip2(file);
  return file;
}

/** Through a decompressor, whose errors and the file's end the reading. */
function piped(file: Readable, through: NodeJS.ReadWriteStream): Readable {
  const out = new PassThrough();
  const fail = (error: Error) => out.destroy(error);
  file.on('error', fail);
  through.on('error', fail);
  file.pipe(through).pipe(out);
  return out;
}
