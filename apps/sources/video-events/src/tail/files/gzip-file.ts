import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fileState } from './file-state.ts';
import type { LogFile, Piece } from './log-file.ts';
import { readAt } from './plain-file.ts';
import { headBytes, tailBytes } from '../remembered-log.ts';

/** How a gzip file begins (RFC 1952). */
export const isGzip = (start: Buffer): boolean => start[0] === 0x1f && start[1] === 0x8b;

/**
 * A gzip file whose content is the log. It is decompressed as it is read, from beginning to end; reading at an earlier offset starts
 * over. It holds at most two pieces in memory.
 */
export async function gzipFile(
  handle: FileHandle,
  place: { key: string; inode: string; path: string },
  maxPieceBytes: number,
): Promise<LogFile> {
  const state = async () => fileState(await handle.stat({ bigint: true }));
  const { size, modifiedMs } = await state();
  let content = decompressed(handle);
  let held: Buffer = Buffer.alloc(0);
  let heldOffset = 0;
  let reached: Piece['then'] = 'more';

  /** Drops what is before an offset, and decompresses until this many bytes from there on are held. */
  const hold = async (offset: number, bytes: number) => {
    if (offset < heldOffset) {
      await content.return('broken');
      content = decompressed(handle);
      held = Buffer.alloc(0);
      heldOffset = 0;
      reached = 'more';
    }
    const parts = [held];
    let [start, end] = [heldOffset, heldOffset + held.length];
    while (reached === 'more' && end < offset + bytes) {
      const next = await content.next();
      if (next.done === true) {
        reached = next.value;
        break;
      }
      parts.push(next.value);
      end += next.value.length;
      while (parts[0] !== undefined && parts.length > 1 && start + parts[0].length <= offset) {
        start += parts[0].length;
        parts.shift();
      }
    }
    const skipped = Math.max(0, Math.min(offset, end) - start);
    held = Buffer.concat(parts).subarray(skipped);
    heldOffset = start + skipped;
  };

  let start = 0;
  for (;;) {
    await hold(start, headBytes);
    const zeros = held.findIndex((byte) => byte !== 0);
    start = heldOffset + (zeros === -1 ? held.length : zeros);
    if (zeros !== -1 || reached !== 'more') break;
  }
  await hold(start, headBytes);
  const head = Buffer.from(held.subarray(0, headBytes));
  return {
    ...place,
    isCompressed: true,
    head,
    size,
    modifiedMs,
    async read(from) {
      const offset = Math.max(0, from - tailBytes);
      await hold(offset, maxPieceBytes + tailBytes);
      if (heldOffset + held.length < from) return 'replaced';
      return { offset: heldOffset, bytes: held, then: reached };
    },
    hasChanged: async () => false,
    isDeleted: async () => (await state()).isDeleted,
    async close() {
      await content.return('broken');
      await handle.close();
    },
  };
}

const readBytes = 64 * 1024;

async function* bytesOf(handle: FileHandle): AsyncGenerator<Buffer> {
  for (let offset = 0; ;) {
    const bytes = await readAt(handle, offset, readBytes);
    if (bytes.length === 0) return;
    yield bytes;
    offset += bytes.length;
  }
}

/** The content of a gzip file; at the end, whether it was complete. */
async function* decompressed(handle: FileHandle): AsyncGenerator<Buffer, 'end' | 'broken', undefined> {
  // Not the handle's own stream, which would close it.
  const input = Readable.from(bytesOf(handle), { objectMode: false });
  const gunzip = createGunzip();
  input.on('error', (error) => gunzip.destroy(error));
  input.pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
    return 'end';
  } catch {
    return 'broken';
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}
