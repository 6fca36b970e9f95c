import { pause } from '@sluice/telemetry';
import { findLog } from './find-log.ts';
import { pieceBytes, type LogFile } from './log-file.ts';
import { logReader, type LogLine, type LogReader } from './log-lines.ts';
import { logMemory } from './log-memory.ts';
import { matchingFiles, openLogFile, type FoundFile } from './matching-files.ts';
import type { RememberedLog } from './remembered-log.ts';

export interface TailOptions {
  /** Which files: glob patterns. They should match rotated files too. */
  patterns: readonly string[];
  /** How often patterns are matched, and files looked at that had nothing new. */
  refreshMs: number;
  /** Of a longer line its beginning is given out, so long. */
  maxLineBytes: number;
  /** So many logs of files that exist are known at most; a plain one is open. */
  maxFiles: number;
  /** A file that was deleted, or that no pattern matches any more, is closed when nothing came for so long. */
  closeAfterMs: number;
  onNotice(notice: TailNotice): void;
}

/** What a person may want to know. */
export type TailNotice =
  /** A file was emptied, or cut short. */
  | { kind: 'replaced'; path: string }
  /** A compressed file that ends in its middle, or is damaged: it is read to there, and again when it changes. */
  | { kind: 'broken'; path: string }
  /** A file cannot be opened or read; told once for each reason. */
  | { kind: 'unreadable'; path: string; error: unknown }
  /** So many files are not read as there are more than `maxFiles`; 0 when that is over. */
  | { kind: 'waiting'; files: number }
  /** These patterns match no file; said when the reading begins, if any, and when they change. */
  | { kind: 'unmatched'; patterns: readonly string[] };

/** A line, and where to go on behind it. */
export interface TailedLine extends LogLine {
  /** The identity of its log. */
  logId: string;
  path: string;
  /** The cursor behind this line: the positions in all logs, as text. */
  cursor(): string;
}

/** So many lines are worth a request to Kafka. */
const togetherLines = 500;

interface Carrier {
  reader: LogReader;
  /** Since when nothing has come, by the monotonic clock. */
  quietSinceMs: number;
  /** The file as it was listed last; undefined when no pattern matches it any more. */
  listed: FoundFile | undefined;
}

/**
 * Reads the lines of all files that patterns match, and of those that will, until the signal is aborted. Each line of a log comes
 * once, and again only behind an older cursor. Files take turns of one piece; the lines of small pieces are given out together, so that
 * they go into one request to Kafka. Memory holds two pieces of plain files and two of a compressed one; those are read one after the
 * other.
 *
 * @param cursor of the line behind which to go on, or undefined for the beginning
 */
export async function* tail(
  options: TailOptions,
  cursor: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<TailedLine> {
  const { refreshMs, maxLineBytes, maxFiles, closeAfterMs, onNotice } = options;
  let memory = logMemory(cursor);
  /** By the id of the log. */
  const carriers = new Map<string, Carrier>();
  /** By the file's key: files that have nothing to give until they change. */
  const left = new Map<string, { file: Pick<FoundFile, 'size' | 'modifiedMs'>; logId: string }>();
  /** The logs of files that wait as there are too many. */
  let waiting = new Set<string>();
  /** By the file's key: why it cannot be read. */
  const troubles = new Map<string, string>();
  let unmatched: readonly string[] = [];
  /** By their keys: those are read one after the other. */
  const compressed = new Set<string>();
  const isCompressedOpen = () => [...carriers.values()].some(({ reader }) => reader.file.isCompressed);

  const close = async (id: string) => {
    const carrier = carriers.get(id);
    carriers.delete(id);
    await carrier?.reader.file.close();
  };

  const carry = async (file: LogFile, log: RememberedLog, listed: FoundFile) => {
    await close(log.id);
    const reader = logReader(file, log, maxLineBytes);
    memory = memory.with(reader.log);
    carriers.set(log.id, { reader, quietSinceMs: performance.now(), listed });
  };

  const report = ({ key, path }: { key: string; path: string }, error: unknown) => {
    const code = codeOf(error);
    // Renamed or deleted since it was listed: the next look finds it where it is.
    if (code === 'ENOENT' || troubles.get(key) === code) return;
    troubles.set(key, code);
    onNotice({ kind: 'unreadable', path, error });
  };

  /** Looks at a file that is not open. @returns whether its log is known now, if it has one */
  const look = async (found: FoundFile): Promise<boolean> => {
    const file = await openLogFile(found.path, pieceBytes(maxLineBytes));
    let isCarrier = false;
    try {
      // Another file has its name by now.
      if (file?.key !== found.key) return false;
      if (file.isCompressed) compressed.add(found.key);
      if (file.isCompressed && isCompressedOpen()) return false;
      const finding = await findLog(file, memory, (id) => carriers.get(id)?.reader);
      if (finding.then === 'wait') return true;
      const { id } = finding.log;
      const isKnown = memory.has(id);
      if (finding.then === 'leave') left.set(found.key, { file: found, logId: id });
      else if (!isKnown && carriers.size + left.size >= maxFiles) waiting.add(id);
      else {
        isCarrier = true;
        await carry(file, finding.log, found);
      }
      return true;
    } finally {
      if (!isCarrier) await file?.close();
    }
  };

  const list = async (): Promise<FoundFile[]> => {
    const { files, unmatched: now } = await matchingFiles(options.patterns);
    if (now.join('\n') !== unmatched.join('\n')) onNotice({ kind: 'unmatched', patterns: now });
    unmatched = now;
    const byKey = new Map(files.map((found) => [found.key, found]));
    for (const known of [left, troubles, compressed])
      for (const key of known.keys()) if (!byKey.has(key)) known.delete(key);
    for (const carrier of carriers.values()) carrier.listed = byKey.get(carrier.reader.file.key);
    return files;
  };

  /** Looks at the files that are not open. */
  const lookAtAll = async (files: readonly FoundFile[]) => {
    const open = new Set([...carriers.values()].map(({ reader }) => reader.file.key));
    const waitedBefore = waiting.size;
    waiting = new Set();
    let isComplete = true;
    for (const found of files) {
      if (signal.aborted) return;
      const last = left.get(found.key)?.file;
      if (open.has(found.key) || (last?.size === found.size && last.modifiedMs === found.modifiedMs)) continue;
      left.delete(found.key);
      if (compressed.has(found.key) && isCompressedOpen()) {
        isComplete = false;
        continue;
      }
      try {
        isComplete = (await look(found)) && isComplete;
        troubles.delete(found.key);
      } catch (error) {
        report(found, error);
      }
    }
    if (waiting.size !== waitedBefore) onNotice({ kind: 'waiting', files: waiting.size });
    // What has not been looked at may carry a log that would be forgotten.
    if (!isComplete) return;
    const existing = new Set([...left.values()].map(({ logId }) => logId));
    memory = memory.without(({ id }) => !carriers.has(id) && !existing.has(id) && !waiting.has(id));
  };

  /** Reads a piece. The memory has its log then as it is when all of its lines have been taken. */
  const turn = async (id: string, carrier: Carrier): Promise<TailedLine[]> => {
    const { reader } = carrier;
    const { file } = reader;
    const base = memory;
    const { lines, then } = await reader.turn();
    if (lines.length > 0 || then === 'more') carrier.quietSinceMs = performance.now();
    const isOver = carrier.listed === undefined && performance.now() - carrier.quietSinceMs >= closeAfterMs;
    if (then === 'end' || (then === 'wait' && isOver && (await file.isDeleted())))
      lines.push(...(await reader.remainder()));
    if (then === 'replaced' || then === 'broken') onNotice({ kind: then, path: file.path });
    // Of the file only what tells that it has changed: the rest would keep what was decompressed of it.
    const { size, modifiedMs } = file;
    if (then === 'end' || then === 'broken') left.set(file.key, { file: { size, modifiedMs }, logId: id });
    if (then !== 'more' && (then !== 'wait' || isOver)) await close(id);
    if (memory.get(id) !== reader.log) memory = memory.with(reader.log);
    return lines.map((line) => ({ ...line, logId: id, path: file.path, cursor: () => base.cursor(line.log()) }));
  };

  const turnOrReport = async (id: string, carrier: Carrier): Promise<TailedLine[]> => {
    try {
      return await turn(id, carrier);
    } catch (error) {
      report(carrier.reader.file, error);
      await close(id);
      return [];
    }
  };

  /** Gives each a turn. What many small files have is given out together, up to a piece. */
  async function* readTogether(turns: readonly (readonly [string, Carrier])[]): AsyncGenerator<TailedLine> {
    let together: TailedLine[] = [];
    let bytes = 0;
    for (const [id, carrier] of turns) {
      if (signal.aborted) return;
      const lines = await turnOrReport(id, carrier);
      together.push(...lines);
      bytes += lines.reduce((sum, line) => sum + line.bytes.length, 0);
      if (together.length < togetherLines && bytes < pieceBytes(maxLineBytes) / 2) continue;
      yield* together;
      [together, bytes] = [[], 0];
    }
    yield* together;
  }

  const isDue = ({ reader: { then, file }, listed }: Carrier) =>
    then === 'more' || listed?.size !== file.size || listed.modifiedMs !== file.modifiedMs;

  try {
    while (!signal.aborted) {
      const dueMs = performance.now() + refreshMs;
      const files = await list();
      await lookAtAll(files);
      let turns = [...carriers].filter(([, carrier]) => isDue(carrier));
      while (turns.length > 0 && !signal.aborted) {
        yield* readTogether(turns);
        // For the end of one file another may be waiting.
        if (turns.some(([id]) => !carriers.has(id))) await lookAtAll(files);
        turns = [...carriers].filter(([, { reader }]) => reader.then === 'more');
        if (performance.now() >= dueMs) break;
      }
      if (turns.length === 0) await pause(Math.max(0, dueMs - performance.now()), signal);
    }
  } finally {
    for (const id of [...carriers.keys()]) await close(id);
  }
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
