import { dirname } from 'node:path';

/** How many files lie in each folder of sources, the fullest first. */
export function filesByFolder(paths: readonly string[]): [folder: string, files: number][] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    if (!/^(apps|libs|tests|tools)\/.*\/src\//.test(path)) continue;
    const folder = dirname(path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}
