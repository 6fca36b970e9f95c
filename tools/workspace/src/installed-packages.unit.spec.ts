import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageToInstall } from './installed-packages.mjs';

const a = { version: '1.0.0', integrity: 'sha512-a' };
const wanted = {
  '': { name: 'here' },
  'libs/config': { name: '@here/config' },
  'node_modules/a': a,
  'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-o', optional: true },
};

/** A checkout with that lockfile, that record of npm, and the folders that the record names. */
function checkout(installed: Record<string, object> | undefined): string {
  const root = mkdtempSync(join(tmpdir(), 'installed-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const write = (path: string, content: object): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), JSON.stringify(content));
  };
  write('package-lock.json', { packages: wanted });
  if (installed === undefined) return root;
  write('node_modules/.package-lock.json', { packages: installed });
  for (const path of Object.keys(installed)) write(`${path}/package.json`, {});
  return root;
}

test('this checkout, which npm installed, needs no installation', () => {
  expect(packageToInstall(resolve(import.meta.dirname, '../../..'))).toBeUndefined();
});

test.each([
  ['all is there but for what another platform needs', { 'node_modules/a': a }, undefined],
  ['npm did not finish', undefined, 'node_modules'],
  ['a package is missing', {}, 'node_modules/a'],
  ['a version differs', { 'node_modules/a': { ...a, version: '0.9.0' } }, 'node_modules/a'],
  ['a version is that of another tarball', { 'node_modules/a': { ...a, integrity: 'sha512-b' } }, 'node_modules/a'],
])('%s', (_, installed, expected) => {
  expect(packageToInstall(checkout(installed))).toBe(expected);
});

test('a package whose folder was removed is installed again', () => {
  const root = checkout({ 'node_modules/a': a });
  rmSync(join(root, 'node_modules/a'), { recursive: true });
  expect(packageToInstall(root)).toBe('node_modules/a');
});
