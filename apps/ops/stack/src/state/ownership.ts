import { type Stats } from 'node:fs';
import { chmod, lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../user-error.ts';

interface User {
  uid: number;
  gid: number;
}

/**
 * Makes root the owner of a folder and of the folders below it, so that root can write there although the user owned them: from then
 * on the user can no longer put a link where root is about to write. Files stay the user's. Called by root only, while no program
 * of that user works in the folder.
 *
 * @throws UserError for a link that is there already and that root would follow
 */
export async function takeBack(user: User, folder: string): Promise<void> {
  // From the top: below a folder that is root's, nothing changes between the look and the act.
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

/** Gives a folder that is root's, and all in it, to a user. Links are not followed. */
export async function giveTo(user: User, folder: string): Promise<void> {
  // From the bottom: the user owns nothing on the path to what is yet to be given.
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await giveTo(user, path);
    else await lchown(path, user.uid, user.gid);
  }
  await lchown(folder, user.uid, user.gid);
}

function refuseForeign(user: User, path: string, found: Stats, wanted: 'directory' | 'file'): void {
  const isWanted = wanted === 'directory' ? found.isDirectory() : found.isFile();
  // A hard link gives a file away as well. Elasticsearch makes some, of files that are its own.
  const isSharedWithOthers = wanted === 'file' && found.nlink > 1 && found.uid !== user.uid;
  if (isWanted && !isSharedWithOthers) return;
  throw new UserError(
    `${path} is ${found.isSymbolicLink() ? 'a symbolic link' : isSharedWithOthers ? 'a hard link to a file of another user' : `not a ${wanted}`}, ` +
      'which root must not follow in a folder of another user: find out where it comes from, and remove it.',
  );
}
