import type { FileHandle } from 'node:fs/promises';
import { fileState } from './file-state.ts';
import type { LogFile } from './log-file.ts';
import { headBytes, tailBytes } from '../remembered-log.ts';

/** Reads this many bytes at an offset, or to the end, in as many calls as it takes. */
export async function readAt(handle: FileHandle, offset: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes);
  let filled = 0;
  while (filled < bytes) {
    const { bytesRead } = await handle.read(buffer, filled, bytes - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** The offset of the first byte that is not zero, or the end. Zeros at the beginning are a hole, and the same in all such files. */
async function contentStart(handle: FileHandle, pieceBytes: number): Promise<number> {
  for (let offset = 0; ;) {
    const bytes = await readAt(handle, offset, pieceBytes);
    const found = bytes.findIndex((byte) => byte !== 0);
    if (found !== -1 || bytes.length === 0) return offset + Math.max(0, found);
    offset += bytes.length;
  }
}

/** A file whose bytes are the log. It is read through its descriptor, so it may be renamed or deleted meanwhile. */
export async function plainFile(
  handle: FileHandle,
  place: { key: string; inode: string; path: string },
  maxPieceBytes: number,
): Promise<LogFile> {
  const start = await contentStart(handle, maxPieceBytes);
  let head = await readAt(handle, start, headBytes);
  const state = async () => fileState(await handle.stat({ bigint: true }));
  let { size, modifiedMs } = await state();
  return {
    ...place,
    isCompressed: false,
    get head() {
      return head;
    },
    get size() {
      return size;
    },
    get modifiedMs() {
      return modifiedMs;
    },
    async read(from) {
      ({ size, modifiedMs } = await state());
      if (size < from) return 'replaced';
      const offset = Math.max(0, from - tailBytes);
      const wanted = Math.min(size - offset, maxPieceBytes + tailBytes);
      const bytes = await readAt(handle, offset, wanted);
      // The beginning is compared after the read: if it is still the same, the bytes were those of the log.
      const headNow = await readAt(handle, start, headBytes);
      if (bytes.length < from - offset || !headNow.subarray(0, head.length).equals(head)) return 'replaced';
      head = headNow;
      return { offset, bytes, then: offset + bytes.length >= size ? 'wait' : 'more' };
    },
    async hasChanged() {
      const now = await state();
      return now.size !== size || now.modifiedMs !== modifiedMs;
    },
    isDeleted: async () => (await state()).isDeleted,
    close: () => handle.close(),
  };
}
