// Bundles one app into dist/<app>/main.mjs: one file that runs alone, with nothing next to it. With --sbom, what it is made of is listed in
// dist/<app>/sbom.cdx.json, a CycloneDX document.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.ts';
import { appSbom } from './sbom/app-sbom.ts';

const [root, ...options] = process.argv.slice(2);
if (root === undefined) {
  console.error('usage: node tools/workspace/src/bundle.ts apps/<role>/<app> [--quick] [--sbom]');
  process.exit(2);
}
// For a program that runs here at once: its source is kept in memory, so that it is made small. The page is built only where it is older.
const isQuick = options.includes('--quick');
const outfile = join('dist', basename(root), 'main.mjs');
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const result = await build({
  ...bundleOptions,
  entryPoints: [join(root, 'src', 'main.ts')],
  outfile,
  define: { 'process.env.SLUICE_VERSION': JSON.stringify(version) },
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: isQuick,
  sourcemap: isQuick ? false : 'inline',
  sourcesContent: false,
  metafile: true,
  // It has said what is wrong.
}).catch(() => process.exit(1));
// An app with a page has it next to the program.
if (existsSync(join(root, 'page'))) {
  const builder = join(import.meta.dirname, 'build-page.ts');
  const { status } = spawnSync(process.execPath, [builder, root, ...(isQuick ? [] : ['--always'])], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(1);
}
if (options.includes('--sbom')) {
  const sbom = await appSbom(root, Object.keys(result.metafile.inputs), version);
  writeFileSync(join('dist', basename(root), 'sbom.cdx.json'), `${JSON.stringify(sbom, undefined, 2)}\n`);
}
const bytes = Object.values(result.metafile.outputs)[0]?.bytes ?? 0;
console.log(`${outfile}  ${(bytes / 1e6).toFixed(1)} MB`);
