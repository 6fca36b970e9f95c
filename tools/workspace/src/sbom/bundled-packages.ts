import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The packages, as `name@version`, that files of the workspace belong to. @param files relative to the workspace, as esbuild lists inputs */
export function bundledPackages(files: readonly string[]): ReadonlySet<string> {
  const known = new Map<string, string | undefined>();
  return new Set(files.map((file) => packageOf(dirname(file), known)).filter((found) => found !== undefined));
}

/** Some packages have further package.json files within, without a name and a version. */
function packageOf(folder: string, known: Map<string, string | undefined>): string | undefined {
  if (known.has(folder)) return known.get(folder);
  const found = named(join(folder, 'package.json')) ?? (folder === '.' ? undefined : packageOf(dirname(folder), known));
  known.set(folder, found);
  return found;
}

function named(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
  return name === undefined || version === undefined ? undefined : `${name}@${version}`;
}
