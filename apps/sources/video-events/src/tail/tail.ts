import { pause } from '@sluice/telemetry';
import { findNewLogs, listFiles } from './find-new-logs.ts';
import { readPiece, type TailedLine } from './read-piece.ts';
import { closeLog, initialState, pieceBytesOf, type OpenLog, type TailOptions, type TailState } from './tail-state.ts';

/** This many lines are worth a request to Kafka. */
const togetherLines = 500;

/**
 * Reads the lines of all files that the patterns match, now and later, until the signal is aborted. Each line of a log comes once, and
 * again only behind an older cursor.
 *
 * ```
 * list the files ▶ open what may be new ▶ a piece of each log that may have more, in turns ▶ … ▶ pause
 * ```
 *
 * Lines of small pieces are given out together, so that they go into one request to Kafka. Memory holds two pieces of plain files and two
 * of a compressed one; compressed files are read one after the other.
 *
 * @param cursor of the line behind which to go on, or undefined for the beginning
 */
export async function* tail(
  options: TailOptions,
  cursor: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<TailedLine> {
  const state = initialState(options, cursor);
  const { open } = state;
  try {
    while (!signal.aborted) {
      const dueMs = performance.now() + options.refreshMs;
      const files = await listFiles(state);
      await findNewLogs(state, files, signal);
      let turns = [...open].filter(([, log]) => mayHaveMore(log));
      while (turns.length > 0 && !signal.aborted) {
        yield* readPieces(state, turns, signal);
        // Another file may wait for the end of one of these.
        if (turns.some(([id]) => !open.has(id))) await findNewLogs(state, files, signal);
        turns = [...open].filter(([, { reader }]) => reader.then === 'more');
        if (performance.now() >= dueMs) break;
      }
      if (turns.length === 0) await pause(Math.max(0, dueMs - performance.now()), signal);
    }
  } finally {
    for (const id of [...open.keys()]) await closeLog(state, id);
  }
}

const mayHaveMore = ({ reader: { then, file }, listed }: OpenLog): boolean =>
  then === 'more' || listed?.size !== file.size || listed.modifiedMs !== file.modifiedMs;

/** Gives each log a turn. The lines of many small pieces are given out together, up to half a piece. */
async function* readPieces(
  state: TailState,
  turns: readonly (readonly [string, OpenLog])[],
  signal: AbortSignal,
): AsyncGenerator<TailedLine> {
  let together: TailedLine[] = [];
  let bytes = 0;
  for (const [id, log] of turns) {
    if (signal.aborted) return;
    const lines = await readPiece(state, id, log);
    together.push(...lines);
    bytes += lines.reduce((sum, line) => sum + line.bytes.length, 0);
    if (together.length < togetherLines && bytes < pieceBytesOf(state) / 2) continue;
    yield* together;
    together = [];
    bytes = 0;
  }
  yield* together;
}
