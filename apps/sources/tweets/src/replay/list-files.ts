import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { FatalError } from '@sluice/telemetry';

/** A file to replay. */
export interface ReplayFile {
  /** Below the folder, with `/`; of a single file empty. */
  name: string;
  path: string;
  bytes: number;
}

const lines = /\.(json|jsonl|ndjson|txt)(\.gz|\.bz2)?$/;
const hidden = /(^|\/)\./;

/**
 * The files of tweets at a path, in the order of their names: the file itself, or those in a folder and below it that end in .json,
 * .jsonl, .ndjson or .txt, with .gz or .bz2 or without. The names of other files in a folder, without the hidden ones, come along:
 * a person may have meant them.
 *
 * @throws FatalError where there is none
 */
export async function listFiles(path: string): Promise<{ files: ReplayFile[]; others: string[] }> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new FatalError(
      `TWEETS_REPLAY is ${JSON.stringify(path)}, which cannot be read (${error.code ?? error.message}): give the path of a file or folder`,
      'no-tweets-to-replay',
    );
  });
  if (!found.isDirectory()) return { files: [{ name: '', path, bytes: found.size }], others: [] };
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const sized = entries
    .filter((entry) => !entry.isDirectory())
    .map(async (entry): Promise<ReplayFile | string> => {
      const file = join(entry.parentPath, entry.name);
      const name = relative(path, file).replaceAll('\\', '/');
      // A link may lead to a file, to a folder, or to nothing.
      const target = await stat(file).catch(() => undefined);
      return lines.test(name) && target?.isFile() === true ? { name, path: file, bytes: target.size } : name;
    });
  const listed = await Promise.all(sized);
  const files = listed.filter((file) => typeof file === 'object').sort((a, b) => (a.name < b.name ? -1 : 1));
  if (files.length === 0) {
    throw new FatalError(
      `TWEETS_REPLAY is ${JSON.stringify(path)}, a folder without files of tweets: they end in .json, .jsonl, .ndjson or .txt, with .gz or .bz2 or without`,
      'no-tweets-to-replay',
    );
  }
  const others = listed.filter((name) => typeof name === 'string');
  return { files, others: others.filter((name) => !hidden.test(name)).sort() };
}
