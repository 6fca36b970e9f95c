import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Package } from './declared-dependencies.ts';
import { sourceFiles, trackedFiles, type SourceFile, type Text } from './source-files.ts';
import { unusedExports } from './unused-exports.ts';

/** What the rules of the house look at. */
export interface Repository {
  /** All files that people write. */
  paths: readonly string[];
  /** Those of them that are code. */
  files: readonly SourceFile[];
  /** Those with other prose: documents, and what has comments. */
  texts: readonly Text[];
  packages: readonly Package[];
  /** What the root declares for the tests and tools of all packages. */
  sharedDependencies: ReadonlySet<string>;
  unusedExports: readonly string[];
}

export function readRepository(root: string): Repository {
  const paths = trackedFiles(root);
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const manifest = (path: string): Package => ({ ...(JSON.parse(read(path)) as object), folder: dirname(path) });
  return {
    paths,
    files: sourceFiles(root, paths),
    texts: paths
      .filter((path) => /\.(md|ya?ml|sh|py)$|Dockerfile$|^\.ci\//.test(path))
      .map((path) => ({ path, text: read(path) })),
    packages: paths.filter((path) => path.endsWith('/package.json')).map(manifest),
    sharedDependencies: new Set(Object.keys(manifest('package.json').devDependencies ?? {})),
    unusedExports: unusedExports(root),
  };
}
