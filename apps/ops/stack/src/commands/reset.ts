import { existsSync } from 'node:fs';
import { folderSize } from '../install/folder-size.ts';
import { formatBytes } from '../progress.ts';
import { stackFolder } from '../state/state.ts';
import { foldersOf, removeData, stopStackOfAnyone } from '../lifecycle/stop-stack.ts';

/** Stops a stack, deletes its data, and reports what was deleted. @returns the exit code */
export async function reset({ name }: { name: string }): Promise<number> {
  if (!existsSync(stackFolder(name))) {
    console.error(`There is no stack ${name}; nothing was deleted.`);
    return 0;
  }
  const sizes = new Map<string, number>();
  for (const folder of foldersOf(name)) sizes.set(folder, await folderSize(folder));
  await stopStackOfAnyone(name);
  await removeData(name);
  for (const [folder, size] of sizes) console.error(`Deleted ${folder} (${formatBytes(size)}).`);
  return 0;
}
