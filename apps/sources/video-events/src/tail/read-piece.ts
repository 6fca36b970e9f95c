import type { LogLine } from './log-lines.ts';
import { closeLog, reportFailure, type OpenLog, type TailState } from './tail-state.ts';

/** A line, and where to go on behind it. */
export interface TailedLine extends LogLine {
  /** The identity of its log. */
  logId: string;
  path: string;
  /** The cursor behind this line: the positions in all logs, as text. */
  cursor(): string;
}

/** Reads the next piece of a log. A file that cannot be read is reported and closed. */
export async function readPiece(state: TailState, id: string, log: OpenLog): Promise<TailedLine[]> {
  try {
    return await readPieceOf(state, id, log);
  } catch (error) {
    reportFailure(state, log.reader.file, error);
    await closeLog(state, id);
    return [];
  }
}

/** After this the memory has the log as it is when all of these lines have been taken. */
async function readPieceOf(state: TailState, id: string, log: OpenLog): Promise<TailedLine[]> {
  const { options, memory: before, exhausted } = state;
  const { reader } = log;
  const { file } = reader;
  const { lines, then } = await reader.turn();
  if (lines.length > 0 || then === 'more') log.quietSinceMs = performance.now();
  const isOver = log.listed === undefined && performance.now() - log.quietSinceMs >= options.closeAfterMs;
  if (then === 'end' || (then === 'wait' && isOver && (await file.isDeleted())))
    lines.push(...(await reader.remainder()));
  if (then === 'replaced' || then === 'broken') options.onNotice({ kind: then, path: file.path });
  // Only what shows that the file has changed: the file itself would keep its decompressed bytes in memory.
  const { size, modifiedMs } = file;
  if (then === 'end' || then === 'broken') exhausted.set(file.key, { size, modifiedMs, logId: id });
  if (then !== 'more' && (then !== 'wait' || isOver)) await closeLog(state, id);
  if (state.memory.get(id) !== reader.log) state.memory = state.memory.with(reader.log);
  return lines.map((line) => ({ ...line, logId: id, path: file.path, cursor: () => before.cursor(line.log()) }));
}
