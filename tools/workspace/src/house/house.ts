// `npm run house`: whether the repository is easy to find one's way in. Prints what it finds, and ends with exit code 1 when a bound is
// exceeded. `--json` prints one object.
import { resolve } from 'node:path';
import { filesByFolder } from './crowded-folders.ts';
import { cycles, importsOf } from './import-cycles.ts';
import { functionLengths } from './long-functions.ts';
import { isOfTests, sourceFiles, trackedFiles } from './source-files.ts';

/** The most that is allowed. A bound is lowered when the code allows it, and never raised. */
const bounds = { filesInFolder: 16, linesOfFunction: 212, cycles: 2 };

const root = resolve(import.meta.dirname, '../../../..');
const tracked = trackedFiles(root);
const files = sourceFiles(root, tracked);
const folders = filesByFolder(tracked);
const functions = functionLengths(files.filter(({ path }) => !isOfTests(path)));
const circles = cycles(importsOf(files));

const found = {
  filesInFolder: folders[0]?.[1] ?? 0,
  linesOfFunction: functions[0]?.lines ?? 0,
  cycles: circles.length,
};
const exceeded = Object.entries(bounds).filter(([name, bound]) => found[name as keyof typeof found] > bound);

if (process.argv.includes('--json')) {
  console.log(
    JSON.stringify({ bounds, found, folders: folders.slice(0, 10), functions: functions.slice(0, 10), circles }),
  );
} else {
  console.log(`Fullest folders (at most ${bounds.filesInFolder} files):`);
  for (const [folder, count] of folders.slice(0, 5)) console.log(`  ${String(count).padStart(4)}  ${folder}`);
  console.log(`Longest functions (at most ${bounds.linesOfFunction} lines):`);
  for (const { lines, name, path } of functions.slice(0, 10))
    console.log(`  ${String(lines).padStart(4)}  ${name}  ${path}`);
  console.log(`Import cycles: ${circles.length}`);
  for (const circle of circles) console.log(`        ${circle.join(' → ')}`);
  for (const [name, bound] of exceeded)
    console.error(`${name}: ${found[name as keyof typeof found]}, and at most ${bound} are allowed.`);
}
process.exitCode = exceeded.length > 0 ? 1 : 0;
