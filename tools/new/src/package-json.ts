import { isBuiltin } from 'node:module';
import { visitNotIgnoredFiles, type Tree } from '@nx/devkit';
import ts from 'typescript';

interface PackageJson {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const read = (tree: Tree, folder: string): PackageJson =>
  JSON.parse(tree.read(`${folder}/package.json`, 'utf-8') ?? '{}') as PackageJson;

/**
 * Writes what a package declares to depend on: `dependencies` is what its production code imports, `devDependencies` what only its
 * tests do.
 *
 * @param facts what its package.json says otherwise, where it is a new one
 * @param template the folder of a package whose versions of npm packages count too
 * @throws Error, one sentence, for an npm package whose version no package says
 */
export function declareImports(tree: Tree, folder: string, facts: object = {}, template = folder): void {
  const path = `${folder}/package.json`;
  const before = read(tree, folder);
  const versions: Record<string, string> = {};
  for (const { dependencies, devDependencies } of [read(tree, template), before])
    Object.assign(versions, devDependencies, dependencies);
  const { production, tests } = importsOf(tree, folder);
  const shared = new Set(Object.keys(read(tree, '.').devDependencies ?? {}));
  const types = Object.keys(before.devDependencies ?? {}).filter((name) => name.startsWith('@types/'));
  const listed = (names: Iterable<string>) =>
    Object.fromEntries([...names].sort().map((name) => [name, versionOf(name, versions, path)]));
  const development = [...tests.difference(shared), ...types];
  const { dependencies: _, devDependencies: __, ...rest } = before;
  const after = {
    ...{ ...rest, ...facts },
    ...(production.size > 0 && { dependencies: listed(production) }),
    ...(development.length > 0 && { devDependencies: listed(development) }),
  };
  tree.write(path, `${JSON.stringify(after, null, 2)}\n`);
}

function versionOf(name: string, versions: Readonly<Record<string, string>>, path: string): string {
  const version = name.startsWith('@sluice/') ? '0.0.0' : versions[name];
  if (version === undefined)
    throw new Error(
      `${path} does not say which version of ${name}: npm install --save-exact -w ${path.replace('/package.json', '')} ${name}`,
    );
  return version;
}

const isOfTests = (path: string): boolean => /\.spec\.ts$|\/testing(\/|\.ts$)/.test(path);

/** The packages that production code imports, and those that only tests do. */
function importsOf(tree: Tree, folder: string): { production: Set<string>; tests: Set<string> } {
  const production = new Set<string>();
  const all = new Set<string>();
  visitNotIgnoredFiles(tree, folder, (path) => {
    if (!/\.tsx?$/.test(path)) return;
    for (const name of packagesIn(tree.read(path, 'utf-8') ?? '')) {
      all.add(name);
      if (!isOfTests(path)) production.add(name);
    }
  });
  return { production, tests: all.difference(production) };
}

const packagesIn = (code: string): string[] =>
  ts
    .preProcessFile(code)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => !name.startsWith('.') && !isBuiltin(name))
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    );

/** What a new package of the workspace says of itself. */
export const newPackage = (name: string, project: string, tags: readonly string[], exports: object = {}): object => ({
  ...{ name: `@sluice/${name}`, version: '0.0.0', private: true, type: 'module', exports },
  nx: { name: project, tags },
});
