import type { BuildOptions } from 'esbuild';

/** How every program of Sluice is bundled, for its image and for the benchmark: one file that runs alone on Node 24. */
export const bundleOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  // Named .mjs, Node reads it as a module whatever package.json lies above it.
  format: 'esm',
  // The main file of this package asks for its others in a way that esbuild does not follow.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  loader: { '.avsc': 'json' },
  banner: {
    js: [
      // Most vendor clients are CommonJS, and ask for these three.
      "import { createRequire as __createRequire } from 'node:module';",
      'const require = __createRequire(import.meta.url);',
      'const [__filename, __dirname] = [import.meta.filename, import.meta.dirname];',
      // Node keeps quiet about deprecated calls of packages under node_modules; once bundled it no longer knows them from ours.
      'process.noDeprecation = true;',
    ].join('\n'),
  },
  logLevel: 'warning',
} as const satisfies BuildOptions;
