import { type Stats } from 'node:fs';
import { chmod, lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../user-error.ts';

interface User {
  uid: number;
  gid: number;
}

/**
 * Makes root the owner of a folder and the folders below it, so that root can write there safely: the user can no longer create links
 * where root is about to write. Files keep their owner. Only root may call it, while no program of that user runs in the folder.
 *
 * @throws UserError for an existing link that root would follow
 */
export async function takeBack(user: User, folder: string): Promise<void> {
  // From the top down: below a folder of root's, nothing can change between check and use.
  refuseForeign(user, folder, await lstat(folder), 'directory');
  await lchown(folder, 0, 0);
  await chmod(folder, 0o755);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await lstat(path);
    if (found.isDirectory()) await takeBack(user, path);
    else refuseForeign(user, path, found, 'file');
  }
}

/** Gives a folder of root's with its contents to a user. Does not follow links. */
export async function giveTo(user: User, folder: string): Promise<void> {
  // From the bottom up: until the end, the user owns no folder on the path.
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await giveTo(user, path);
    else await lchown(path, user.uid, user.gid);
  }
  await lchown(folder, user.uid, user.gid);
}

function refuseForeign(user: User, path: string, found: Stats, wanted: 'directory' | 'file'): void {
  const isWanted = wanted === 'directory' ? found.isDirectory() : found.isFile();
  // Changing the owner of a hard link changes the file's owner. Elasticsearch creates hard links, to its own files.
  const isSharedWithOthers = wanted === 'file' && found.nlink > 1 && found.uid !== user.uid;
  if (isWanted && !isSharedWithOthers) return;
  throw new UserError(
    `${path} is ${found.isSymbolicLink() ? 'a symbolic link' : isSharedWithOthers ? 'a hard link to a file of another user' : `not a ${wanted}`}, ` +
      'which root must not follow in a folder of another user: find out where it comes from, and remove it.',
  );
}
