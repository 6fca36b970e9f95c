import { lstatSync, readFileSync, statSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The files of an installed release with their sizes, by path relative to its folder. */
export type Manifest = Record<string, number>;

const manifestName = 'manifest.json';

/** Writes the manifest of a folder into it. Symbolic links count as their targets. */
export async function writeManifest(folder: string): Promise<void> {
  const manifest: Manifest = {};
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    // Python rewrites its caches at run time.
    if (entry.isDirectory() || entry.name.endsWith('.pyc')) continue;
    const path = join(entry.parentPath, entry.name);
    const size = sizeOf(path);
    if (size !== undefined) manifest[path.slice(folder.length + 1)] = size;
  }
  await writeFile(join(folder, manifestName), JSON.stringify(manifest));
}

/** The first damage of an installed release, as part of a sentence; `absent` if it does not exist, undefined if it is intact. */
export function damageOf(folder: string): 'absent' | (string & {}) | undefined {
  if (!isFolder(folder)) return 'absent';
  const manifest = readManifest(join(folder, manifestName));
  if (!manifest) return 'its manifest is missing or unreadable';
  for (const [path, size] of Object.entries(manifest)) {
    const actual = sizeOf(join(folder, path));
    if (actual === undefined) return `${path} is missing`;
    if (actual !== size) return `${path} has ${actual} bytes instead of ${size}`;
  }
  return undefined;
}

/** Parses a manifest; undefined if it is not one, as after a crash while it was written. */
export function parseManifest(text: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isManifest(value) ? value : undefined;
}

function isManifest(value: unknown): value is Manifest {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length > 0 &&
    Object.values(value).every((size) => typeof size === 'number')
  );
}

function readManifest(file: string): Manifest | undefined {
  try {
    return parseManifest(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function sizeOf(path: string): number | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() ? 0 : stat?.size;
}
