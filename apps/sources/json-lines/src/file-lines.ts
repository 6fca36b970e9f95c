import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A line without its line feed, and the bytes of the file at which it and the next one begin. */
interface FileLine {
  bytes: Buffer;
  offset: number;
  next: number;
}

const pieceBytes = 256 * 1024;
/** A line that is longer is an error: it would have to be in memory at once. */
const longestLine = 8 * 1024 * 1024;
const lookAgainMs = 250;

/**
 * The lines of a file from a byte on, as they are written, until the signal is aborted. Waits for a file that does not exist yet. What is
 * after the last line feed is still being written.
 *
 * @throws Error when the file is shorter than what was read of it, or a line is too long
 */
export async function* fileLines(path: string, from: number, signal: AbortSignal): AsyncGenerator<FileLine> {
  const file = await openAtLast(path, signal);
  if (file === undefined) return;
  try {
    let [offset, rest] = [from, Buffer.alloc(0)];
    const piece = Buffer.alloc(pieceBytes);
    while (!signal.aborted) {
      const position = offset + rest.length;
      const { bytesRead } = await file.read(piece, 0, pieceBytes, position);
      if (bytesRead === 0) {
        const { size } = await file.stat();
        if (size < position)
          throw new Error(`${path} has ${size} bytes, and ${position} were read before: it may only grow`);
        await delay(lookAgainMs, undefined, { signal }).catch(() => {});
        continue;
      }
      rest = Buffer.concat([rest, piece.subarray(0, bytesRead)]);
      let begin = 0;
      for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a, begin)) {
        const next = offset + end + 1;
        yield { bytes: rest.subarray(begin, end), offset: offset + begin, next };
        begin = end + 1;
      }
      if (rest.length - begin > longestLine)
        throw new Error(`${path} has a line of more than ${longestLine} bytes at byte ${offset + begin}`);
      [offset, rest] = [offset + begin, rest.subarray(begin)];
    }
  } finally {
    await file.close();
  }
}

/** @returns undefined when the signal was aborted first */
async function openAtLast(path: string, signal: AbortSignal): Promise<FileHandle | undefined> {
  while (!signal.aborted) {
    try {
      return await open(path);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      await delay(lookAgainMs, undefined, { signal }).catch(() => {});
    }
  }
  return undefined;
}
