// Builds an app's page into dist/<app>/page, where its sources are newer than what was built, or with --always.
import { cpSync, existsSync, globSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '../../..');
const [app] = process.argv.slice(2);
if (app === undefined) {
  console.error('usage: node tools/workspace/src/build-page.ts apps/<role>/<app> [--always]');
  process.exit(2);
}
const output = join(root, 'dist', basename(app), 'page');
const runbooks = join(root, 'docs/runbooks');

/** Whether the page is older than its sources, the runbooks that it shows, or its libraries. */
function isOutdated(folder: string): boolean {
  const page = join(output, 'index.html');
  if (!existsSync(page)) return true;
  const sources = [`${folder}/page/**/*.*`, `${folder}/src/api/*.ts`, 'docs/runbooks/*.md', 'package-lock.json'];
  const newestMs = Math.max(...globSync(sources, { cwd: root }).map((file) => statSync(join(root, file)).mtimeMs));
  return newestMs > statSync(page).mtimeMs;
}

if (process.argv.includes('--always') || isOutdated(app)) {
  await build({
    configFile: false,
    root: join(root, app, 'page'),
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: output,
      emptyOutDir: true,
      // The page's content security policy allows no scripts and pictures within the page.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  });
  if (existsSync(runbooks)) cpSync(runbooks, join(output, 'runbooks'), { recursive: true });
}
