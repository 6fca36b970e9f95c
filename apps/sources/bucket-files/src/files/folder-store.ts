import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { FileGone, type FileStore, type FoundFile } from '@sluice/objects';

/** Files younger than this may still be written. */
const quietMs = 2_000;

/**
 * The files of a folder and the folders below it. Names that begin with a dot are skipped, and so is a file that was changed within the
 * last two seconds.
 *
 * @param now the present time in milliseconds
 */
export function folderStore(folder: string, now: () => number = Date.now): FileStore {
  /** @returns undefined where it is not a file, or may still be written */
  const found = async (path: string): Promise<FoundFile | undefined> => {
    const facts = await stat(path, { bigint: true }).catch(ignoreMissing);
    if (facts === undefined || !facts.isFile()) return undefined;
    // Set by the system alone, also when a file is moved here that is old.
    const createdMs = Number(facts.ctimeMs);
    if (createdMs > now() - quietMs) return undefined;
    const name = relative(folder, path).split(sep).join('/');
    return { name, generation: `${facts.ino}-${facts.size}-${facts.mtimeNs}`, bytes: Number(facts.size), createdMs };
  };
  return {
    url: folder,
    async *list(prefix, signal) {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        signal.throwIfAborted();
        const path = join(entry.parentPath, entry.name);
        const name = relative(folder, path).split(sep).join('/');
        if (entry.isDirectory() || !name.startsWith(prefix) || /(^|\/)\./.test(name)) continue;
        const file = await found(path);
        if (file !== undefined) yield file;
      }
    },
    find: (name) => found(join(folder, name)),
    async open({ name, generation }) {
      const handle = await open(join(folder, name)).catch(ignoreMissing);
      if (handle === undefined) throw new FileGone(`${folder}/${name} is not there any more`);
      const { ino, size, mtimeNs } = await handle.stat({ bigint: true });
      if (`${ino}-${size}-${mtimeNs}` !== generation) {
        await handle.close();
        throw new FileGone(`${folder}/${name} was replaced`);
      }
      return createReadStream('', { fd: handle, highWaterMark: 256 * 1024 });
    },
    close: () => {},
  };
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
