import { pieceBytes, type LogFile } from './files/log-file.ts';
import { logReader, type LogReader } from './log-lines.ts';
import { logMemory, type LogMemory } from './log-memory.ts';
import type { FoundFile } from './files/matching-files.ts';
import type { RememberedLog } from './remembered-log.ts';

export interface TailOptions {
  /** Which files to read: glob patterns. They should match rotated files too. */
  patterns: readonly string[];
  /** How often to match the patterns, and to look for new lines in files that had none. */
  refreshMs: number;
  /** A longer line is given out cut to this length. */
  maxLineBytes: number;
  /** The most logs of existing files to know at once; the plain ones are open. */
  maxFiles: number;
  /** A file that was deleted, or that no pattern matches any more, is closed when nothing came for this long. */
  closeAfterMs: number;
  onNotice(notice: TailNotice): void;
}

/** What a person may want to know. */
export type TailNotice =
  /** A file was emptied, or cut short. */
  | { kind: 'replaced'; path: string }
  /** A compressed file ends in its middle, or is damaged: it is read up to there, and again when it changes. */
  | { kind: 'broken'; path: string }
  /** A file cannot be opened or read; reported once for each reason. */
  | { kind: 'unreadable'; path: string; error: unknown }
  /** This many files are not read because of `maxFiles`; 0 when that is over. */
  | { kind: 'waiting'; files: number }
  /** The patterns that match no file; reported at the start, if there are any, and when they change. */
  | { kind: 'unmatched'; patterns: readonly string[] };

/** A log that is being read. */
export interface OpenLog {
  readonly reader: LogReader;
  /** When something last came, by the monotonic clock. */
  quietSinceMs: number;
  /** Its file as last listed; undefined when no pattern matches it any more. */
  listed: FoundFile | undefined;
}

/** A file that has nothing to give until it changes. */
interface ExhaustedFile {
  readonly size: number;
  readonly modifiedMs: number;
  readonly logId: string;
}

/** What a tail knows. Files are known by their keys, logs by their ids. */
export interface TailState {
  readonly options: TailOptions;
  /** How far each log has been read. */
  memory: LogMemory;
  readonly open: Map<string, OpenLog>;
  readonly exhausted: Map<string, ExhaustedFile>;
  /** The logs that are not read because of `maxFiles`. */
  waiting: ReadonlySet<string>;
  /** The compressed files: one is read at a time. */
  readonly compressed: Set<string>;
  /** Why a file cannot be read: the system's error code. */
  readonly failures: Map<string, string>;
  unmatched: readonly string[];
}

/** @throws Error when the cursor is not one of a tail */
export const initialState = (options: TailOptions, cursor: string | undefined): TailState => ({
  options,
  memory: logMemory(cursor),
  open: new Map(),
  exhausted: new Map(),
  waiting: new Set(),
  compressed: new Set(),
  failures: new Map(),
  unmatched: [],
});

/** Reads a log from a file from now on, instead of the one that it was read from. */
export async function openLog(state: TailState, file: LogFile, log: RememberedLog, listed: FoundFile): Promise<void> {
  await closeLog(state, log.id);
  const reader = logReader(file, log, state.options.maxLineBytes);
  state.memory = state.memory.with(reader.log);
  state.open.set(log.id, { reader, quietSinceMs: performance.now(), listed });
}

export async function closeLog({ open }: TailState, id: string): Promise<void> {
  const log = open.get(id);
  open.delete(id);
  await log?.reader.file.close();
}

export const isCompressedOpen = ({ open }: TailState): boolean =>
  open.values().some(({ reader }) => reader.file.isCompressed);

export const pieceBytesOf = ({ options }: TailState): number => pieceBytes(options.maxLineBytes);

/** Reports that a file cannot be read, once for each reason. */
export function reportFailure(state: TailState, { key, path }: { key: string; path: string }, error: unknown): void {
  const code = codeOf(error);
  // ENOENT: renamed or deleted since it was listed. The next look finds it where it is now.
  if (code === 'ENOENT' || state.failures.get(key) === code) return;
  state.failures.set(key, code);
  state.options.onNotice({ kind: 'unreadable', path, error });
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
