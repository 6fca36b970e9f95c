import type { Bounds } from './bounds.ts';
import { filesByFolder } from './crowded-folders.ts';
import { dependencyFaults } from './declared-dependencies.ts';
import { cycles, importsOf } from './import-cycles.ts';
import { functionLengths } from './long-functions.ts';
import { bannedNames, bannedWords } from './prose/banned-words.ts';
import { namesIn, proseOf } from './prose/prose.ts';
import { wideLines } from './prose/wide-lines.ts';
import { wordRule } from './prose/word-rule.ts';
import type { Repository } from './repository.ts';
import { counted, largest, type Rule } from './rule.ts';
import { isOfTests } from './source-files.ts';

/** Holds a repository against the rules of the house. */
export function houseRules(repository: Repository, bounds: Bounds, words = bannedWords, names = bannedNames): Rule[] {
  const { paths, files, texts, packages, sharedDependencies } = repository;
  const prose = proseOf(files, texts);
  const functions = functionLengths(files.filter(({ path }) => !isOfTests(path)));
  return [
    largest(
      'folders',
      'files in the fullest folder',
      filesByFolder(paths).map(([what, size]) => ({ size, what })),
      bounds.filesInFolder,
    ),
    largest(
      'functions',
      'lines of the longest function',
      functions.map(({ path, name, lines }) => ({ size: lines, what: `${name}  ${path}` })),
      bounds.linesOfFunction,
    ),
    counted(
      'cycles',
      'import cycles',
      cycles(importsOf(files)).map((cycle) => cycle.join(' → ')),
      bounds.cycles,
    ),
    counted('exports', 'unused exports and files', repository.unusedExports, bounds.unusedExports),
    counted(
      'dependencies',
      'undeclared or unused dependencies',
      dependencyFaults(packages, files, sharedDependencies),
      bounds.dependencyFaults,
    ),
    counted('width', 'lines of prose that are too wide', wideLines(prose), bounds.wideLines),
    wordRule('words', prose, words),
    wordRule('names', namesIn(files), names),
  ];
}
