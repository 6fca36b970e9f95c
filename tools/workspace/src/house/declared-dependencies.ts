import { isBuiltin } from 'node:module';
import ts from 'typescript';
import { isOfTests, type SourceFile } from './source-files.ts';

/** What of a package.json matters here, with its folder. */
export interface Package {
  folder: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/**
 * Compares what each package declares with what its files import: `dependencies` is what production code imports, `devDependencies` what
 * only tests do. In a package of tests everything counts as production code.
 *
 * @param shared what the root declares for the tests and tools of all packages, such as the test runner
 * @returns one line for each package name that is missing, unused or in the wrong list
 */
export function dependencyFaults(
  packages: readonly Package[],
  files: readonly SourceFile[],
  shared: ReadonlySet<string>,
): string[] {
  return packages.flatMap(({ folder, dependencies = {}, devDependencies = {} }) => {
    const own = files.filter(({ path }) => path.startsWith(`${folder}/`));
    const isTestPackage = isOfTests(`${folder}/package.json`);
    const needed = packagesImportedBy(own.filter(({ path }) => isTestPackage || !isOfTests(path)));
    const neededByTests = packagesImportedBy(own).difference(needed).difference(shared);
    const lists = [
      {
        list: 'dependencies',
        declared: new Set(Object.keys(dependencies)),
        imported: folder.startsWith('tools/') || isTestPackage ? needed.difference(shared) : needed,
      },
      {
        list: 'devDependencies',
        declared: new Set(Object.keys(devDependencies).filter((name) => !name.startsWith('@types/'))),
        imported: neededByTests,
      },
    ];
    return lists.flatMap(({ list, declared, imported }) => [
      ...[...imported.difference(declared)].map((name) => `${folder}/package.json: ${list} lacks ${name}`),
      ...[...declared.difference(imported)].map((name) => `${folder}/package.json: ${list} need not list ${name}`),
    ]);
  });
}

function packagesImportedBy(files: readonly SourceFile[]): Set<string> {
  return new Set(
    files
      .flatMap(({ syntax }) => ts.preProcessFile(syntax.text).importedFiles)
      .map(({ fileName }) => fileName)
      .filter((name) => !name.startsWith('.') && !isBuiltin(name))
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      ),
  );
}
