import { expect, test } from 'vitest';
import { dependencyFaults, type Package } from './declared-dependencies.ts';
import { sourceFile } from './source-files.ts';

const faults = (manifest: Package, files: Record<string, string>) =>
  dependencyFaults(
    [manifest],
    Object.entries(files).map(([path, text]) => sourceFile(`${manifest.folder}/${path}`, text)),
    new Set(['vitest']),
  );

test('a package that declares what it imports has no faults', () => {
  const manifest = {
    folder: 'libs/a',
    dependencies: { '@sluice/b': '0.0.0', zod: '4.6.7' },
    devDependencies: { '@sluice/testkit': '0.0.0', '@types/zod': '1.0.0' },
  };
  const files = {
    'src/a.ts': "import fs from 'node:fs';\nimport { b } from '@sluice/b/deep';\nimport { own } from './own.ts';\n",
    'src/own.ts': "export type Own = import('zod').ZodType;\n",
    'src/a.unit.spec.ts': "import { test } from 'vitest';\nimport { b } from '@sluice/b';\n",
    'src/testing/rig.ts': "import { eventually } from '@sluice/testkit';\n",
  };
  expect(faults(manifest, files)).toEqual([]);
});

test('an import that is not declared is a fault, and a declaration without an import', () => {
  expect(
    faults({ folder: 'libs/a', dependencies: { zod: '4.6.7' } }, { 'src/a.ts': "import { b } from '@sluice/b';\n" }),
  ).toEqual([
    'libs/a/package.json: dependencies lacks @sluice/b',
    'libs/a/package.json: dependencies need not list zod',
  ]);
});

test('what only tests import belongs in devDependencies, and what production code imports does not', () => {
  const manifest = { folder: 'libs/a', dependencies: { avsc: '5.7.9' }, devDependencies: { zod: '4.6.7' } };
  const files = { 'src/a.ts': "import { z } from 'zod';\n", 'src/a.unit.spec.ts': "import avro from 'avsc';\n" };
  expect(faults(manifest, files)).toEqual([
    'libs/a/package.json: dependencies lacks zod',
    'libs/a/package.json: dependencies need not list avsc',
    'libs/a/package.json: devDependencies lacks avsc',
    'libs/a/package.json: devDependencies need not list zod',
  ]);
});

test('production code does not rely on what the root declares for tests', () => {
  const files = { 'src/a.ts': "import { expect } from 'vitest';\n" };
  expect(faults({ folder: 'libs/a' }, files)).toEqual(['libs/a/package.json: dependencies lacks vitest']);
  expect(faults({ folder: 'tests/a' }, files)).toEqual([]);
  expect(faults({ folder: 'tools/a' }, files)).toEqual([]);
});
