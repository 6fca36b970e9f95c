import { findLog } from './find-log.ts';
import { matchingFiles, openLogFile, type FoundFile } from './files/matching-files.ts';
import { isCompressedOpen, openLog, pieceBytesOf, reportFailure, type TailState } from './tail-state.ts';

/** Matches the patterns, and forgets what is known of files that they match no more. */
export async function listFiles(state: TailState): Promise<FoundFile[]> {
  const { options, open, exhausted, failures, compressed } = state;
  const { files, unmatched } = await matchingFiles(options.patterns);
  if (unmatched.join('\n') !== state.unmatched.join('\n')) options.onNotice({ kind: 'unmatched', patterns: unmatched });
  state.unmatched = unmatched;
  const byKey = new Map(files.map((found) => [found.key, found]));
  for (const known of [exhausted, failures, compressed])
    for (const key of known.keys()) if (!byKey.has(key)) known.delete(key);
  for (const log of open.values()) log.listed = byKey.get(log.reader.file.key);
  return files;
}

/** Opens the files that are not open and may carry something new. Forgets logs that have long been gone. */
export async function findNewLogs(state: TailState, files: readonly FoundFile[], signal: AbortSignal): Promise<void> {
  const { open, exhausted, compressed, failures } = state;
  const openFiles = new Set(open.values().map(({ reader }) => reader.file.key));
  const waiting = new Set<string>();
  let isComplete = true;
  for (const found of files) {
    if (signal.aborted) return;
    if (openFiles.has(found.key) || isUnchanged(exhausted.get(found.key), found)) continue;
    exhausted.delete(found.key);
    if (compressed.has(found.key) && isCompressedOpen(state)) {
      isComplete = false;
      continue;
    }
    try {
      isComplete = (await examine(state, found, waiting)) && isComplete;
      failures.delete(found.key);
    } catch (error) {
      reportFailure(state, found, error);
    }
  }
  if (waiting.size !== state.waiting.size) state.options.onNotice({ kind: 'waiting', files: waiting.size });
  state.waiting = waiting;
  // A file that was not examined may carry a log that would be forgotten here.
  if (isComplete) forgetGoneLogs(state);
}

const isUnchanged = (
  last: Pick<FoundFile, 'size' | 'modifiedMs'> | undefined,
  { size, modifiedMs }: FoundFile,
): boolean => last?.size === size && last.modifiedMs === modifiedMs;

/**
 * Finds the log that a file carries, and opens it if it has something to give.
 *
 * @param waiting gets the log's id where there are too many files
 * @returns whether the file's log is known now, if it has one
 */
async function examine(state: TailState, found: FoundFile, waiting: Set<string>): Promise<boolean> {
  const { options, memory, open, exhausted, compressed } = state;
  const file = await openLogFile(found.path, pieceBytesOf(state));
  let isOpened = false;
  try {
    // The name may lead to another file by now.
    if (file?.key !== found.key) return false;
    if (file.isCompressed) compressed.add(found.key);
    if (file.isCompressed && isCompressedOpen(state)) return false;
    const finding = await findLog(file, memory, (id) => open.get(id)?.reader);
    if (finding.then === 'wait') return true;
    const { id } = finding.log;
    const { size, modifiedMs } = found;
    if (finding.then === 'leave') exhausted.set(found.key, { size, modifiedMs, logId: id });
    else if (!memory.has(id) && open.size + exhausted.size >= options.maxFiles) waiting.add(id);
    else {
      isOpened = true;
      await openLog(state, file, finding.log, found);
    }
    return true;
  } finally {
    if (!isOpened) await file?.close();
  }
}

function forgetGoneLogs(state: TailState): void {
  const { open, exhausted, waiting } = state;
  const existing = new Set(exhausted.values().map(({ logId }) => logId));
  state.memory = state.memory.without(({ id }) => !open.has(id) && !existing.has(id) && !waiting.has(id));
}
