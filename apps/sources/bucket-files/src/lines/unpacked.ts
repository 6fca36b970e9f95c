import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A file's compressed data is damaged, or incomplete. The message says what, without contents. */
export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
}

/**
 * The bytes of a file, unpacked where it is gzip: its first two bytes show that, whatever its name.
 *
 * @throws DamagedFile, and what `chunks` throws
 */
export async function* unpacked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  try {
    const head: Uint8Array[] = [];
    let size = 0;
    let isDone = false;
    while (size < 2 && !isDone) {
      const { value, done } = await source.next();
      if (done === true) isDone = true;
      else {
        head.push(value);
        size += value.length;
      }
    }
    const rest = async function* (): AsyncGenerator<Uint8Array> {
      yield* head;
      for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
    };
    if (!isGzip(Buffer.concat(head))) return yield* rest();
    const bytes = Readable.from(rest(), { objectMode: false });
    try {
      // Its reader gets the errors of both.
      yield* pipeline(bytes, createGunzip(), () => {}) as AsyncIterable<Buffer>;
    } catch (error) {
      if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
        throw new DamagedFile(`its compressed data is damaged or incomplete: ${error.message}`);
      throw error;
    } finally {
      bytes.destroy();
    }
  } finally {
    await source.return?.();
  }
}

const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;
