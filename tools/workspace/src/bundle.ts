// Bundles one app into dist/<app>/main.js: one file that runs alone, with nothing beside it.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const [root] = process.argv.slice(2);
if (root === undefined) {
  console.error('usage: node tools/workspace/src/bundle.ts apps/<role>/<app>');
  process.exit(2);
}
const outfile = join('dist', basename(root), 'main.js');
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const result = await build({
  entryPoints: [join(root, 'src', 'main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node24',
  // CommonJS: most vendor clients are, and a file named main.js with no package.json beside it is read as such.
  format: 'cjs',
  // The bundle has no import.meta; programs that need their own path (none in a container) take it from the file.
  define: { 'import.meta.dirname': '__dirname', 'process.env.SLUICE_VERSION': JSON.stringify(version) },
  loader: { '.avsc': 'json' },
  // Node keeps quiet about deprecated calls of packages under node_modules; once bundled it no longer knows them from ours.
  banner: { js: 'process.noDeprecation = true;' },
  legalComments: 'none',
  minifySyntax: true,
  sourcemap: 'inline',
  sourcesContent: false,
  logLevel: 'warning',
  metafile: true,
  // It has said what is wrong.
}).catch(() => process.exit(1));
const bytes = Object.values(result.metafile.outputs)[0]?.bytes ?? 0;
console.log(`${outfile}  ${(bytes / 1e6).toFixed(1)} MB`);
