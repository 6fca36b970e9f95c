import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { CannotGoOn } from '@sluice/telemetry';

/** A file to replay. */
export interface ReplayFile {
  /** Below the folder, with `/`; of a single file empty. */
  name: string;
  path: string;
  bytes: number;
}

const lines = /\.(json|jsonl|ndjson|txt)(\.gz|\.bz2)?$/;

/**
 * The files of tweets at a path, in the order of their names: the file itself, or those in a folder and below it that end in .json,
 * .jsonl, .ndjson or .txt, with .gz or .bz2 or without.
 *
 * @throws CannotGoOn where there is none
 */
export async function listFiles(path: string): Promise<ReplayFile[]> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new CannotGoOn(
      `TWEETS_REPLAY is ${JSON.stringify(path)}, which cannot be read (${error.code ?? error.message}): give the path of a file or folder`,
    );
  });
  if (!found.isDirectory()) return [{ name: '', path, bytes: found.size }];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && lines.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  if (files.length === 0) {
    throw new CannotGoOn(
      `TWEETS_REPLAY is ${JSON.stringify(path)}, a folder without files of tweets: they end in .json, .jsonl, .ndjson or .txt, with .gz or .bz2 or without`,
    );
  }
  const named = await Promise.all(
    files.map(async (file) => ({
      name: relative(path, file).replaceAll('\\', '/'),
      path: file,
      bytes: (await stat(file)).size,
    })),
  );
  return named.sort((a, b) => (a.name < b.name ? -1 : 1));
}
