import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A file of TypeScript or JavaScript, by its path from the root of the repository. */
export interface SourceFile {
  path: string;
  syntax: ts.SourceFile;
}

/** A file that is not code, by its path from the root of the repository. */
export interface Text {
  path: string;
  text: string;
}

/** All tracked files that people write. */
export function trackedFiles(root: string): string[] {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((path) => path !== '' && !path.endsWith('.generated.ts'));
}

/** Parses those of the files that are code. */
export function sourceFiles(root: string, paths: readonly string[]): SourceFile[] {
  return paths
    .filter((path) => /\.(tsx?|mts|mjs|js)$/.test(path))
    .map((path) => sourceFile(path, readFileSync(join(root, path), 'utf8')));
}

export function sourceFile(path: string, text: string): SourceFile {
  return { path, syntax: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}

/** Whether a file is part of a test: its cases, or what they need. */
export const isOfTests = (path: string): boolean =>
  /\.spec\.ts$|\/testing(\/|\.ts$)|^libs\/testkit\/|^tests\//.test(path);
