import { open, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { glob } from 'tinyglobby';
import { fileState, type FileState } from './file-state.ts';
import { gzipFile, isGzip } from './gzip-file.ts';
import type { LogFile } from './log-file.ts';
import { plainFile, readAt } from './plain-file.ts';

/** A file that a pattern matches. */
export interface FoundFile extends FileState {
  path: string;
}

/** The files that patterns match, and the patterns that match none. */
export interface Matching {
  /** Regular files, each once however many names it has, the least recently written first. */
  files: FoundFile[];
  unmatched: string[];
}

/**
 * Matches patterns as a shell does: `*` goes through symbolic links to folders, and leaves out names that begin with a dot. A path that
 * exists is taken as it is, whatever characters it has.
 */
export async function matchingFiles(patterns: readonly string[]): Promise<Matching> {
  const found = new Map<string, FoundFile>();
  const unmatched: string[] = [];
  for (const pattern of patterns) {
    let matches = 0;
    for (const some of sliced(await pathsOf(pattern), 64)) {
      for (const file of await Promise.all(some.map(lookUp)))
        if (file?.isFile === true) {
          matches++;
          found.set(file.key, file);
        }
    }
    if (matches === 0) unmatched.push(pattern);
  }
  const files = [...found.values()].sort((a, b) => a.modifiedMs - b.modifiedMs || (a.path < b.path ? -1 : 1));
  return { files, unmatched };
}

async function pathsOf(pattern: string): Promise<string[]> {
  if ((await lookUp(pattern)) !== undefined) return [pattern];
  return glob(pattern, { absolute: isAbsolute(pattern), expandDirectories: false, followSymbolicLinks: true });
}

const sliced = <T>(items: readonly T[], length: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / length) }, (_, index) =>
    items.slice(index * length, (index + 1) * length),
  );

/** Undefined when it was renamed or deleted since it was listed: the next refresh finds it where it is now. */
const lookUp = async (path: string): Promise<FoundFile | undefined> => {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  return stats === undefined ? undefined : { ...fileState(stats), path };
};

/**
 * Opens the file that has this name now; undefined where it is not a regular file.
 *
 * @throws the system's error, such as EACCES and ENOENT
 */
export async function openLogFile(path: string, maxPieceBytes: number): Promise<LogFile | undefined> {
  // Opening a pipe, for example, may block for ever.
  if (!(await stat(path)).isFile()) return undefined;
  const handle = await open(path, 'r');
  try {
    const { key, inode } = fileState(await handle.stat({ bigint: true }));
    const place = { key, inode, path };
    const openAs = isGzip(await readAt(handle, 0, 2)) ? gzipFile : plainFile;
    return await openAs(handle, place, maxPieceBytes);
  } catch (error) {
    await handle.close();
    throw error;
  }
}
