import { writeSync } from 'node:fs';

/** Where log lines go. */
export interface LogOutput {
  /** Writes one line, its line break included. Never throws, and waits a moment at most. */
  write(line: string): void;
}

/** How long one line waits for a reader that is slower than the log. */
const longestWaitMs = 1_000;
const waitMs = 10;

/**
 * Writes log lines to an open file, pipe or terminal, synchronously, so that the last lines of a process are not lost. A line that cannot
 * be written (the disk is full, the reader is gone) is dropped: the log must not change what the process does.
 *
 * @param fd the file descriptor
 * @param events.dropped called for each line that is dropped
 * @param events.recovered called when a line has been written after `lines` that were dropped, the first of them for `reason`
 */
export function logOutput(
  fd: number,
  events: { dropped: () => void; recovered: (lines: number, reason: string) => void },
): LogOutput {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  let lines = 0;
  let reason = '';
  /** Whether the last line was cut off. */
  let isCut = false;

  const writeAll = (bytes: Buffer): void => {
    // A reader that has kept one line waiting for so long does not delay another.
    let patienceMs = lines === 0 ? longestWaitMs : 0;
    for (let at = 0; at < bytes.length;) {
      try {
        at += writeSync(fd, bytes, at);
        isCut = at < bytes.length;
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN' || patienceMs <= 0) throw error;
        Atomics.wait(sleeper, 0, 0, waitMs);
        patienceMs -= waitMs;
      }
    }
  };

  return {
    write(line) {
      try {
        writeAll(Buffer.from(isCut ? `\n${line}` : line));
      } catch (error) {
        if (lines === 0) reason = codeOf(error) ?? 'unknown';
        lines += 1;
        events.dropped();
        return;
      }
      if (lines === 0) return;
      const dropped = lines;
      lines = 0;
      events.recovered(dropped, reason);
    },
  };
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
