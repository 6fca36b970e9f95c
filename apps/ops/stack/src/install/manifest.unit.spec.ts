import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { damageOf, parseManifest, writeManifest } from './manifest.ts';

let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-manifest-'));
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'lib/a.jar'), '12345');
  writeFileSync(join(folder, 'cache.pyc'), '12345');
  symlinkSync('lib/a.jar', join(folder, 'link'));
  await writeManifest(folder);
});

afterEach(() => rmSync(folder, { recursive: true }));

test('an unchanged release is intact', () => {
  expect(damageOf(folder)).toBeUndefined();
});

test('a missing folder is absent', () => {
  expect(damageOf(join(folder, 'nothing'))).toBe('absent');
});

test('a truncated file is named with both sizes', () => {
  truncateSync(join(folder, 'lib/a.jar'), 2);
  expect(damageOf(folder)).toMatch(/^(lib\/a.jar|link) has 2 bytes instead of 5$/);
});

test('a missing file is named', () => {
  rmSync(join(folder, 'lib/a.jar'));
  expect(damageOf(folder)).toMatch(/^(lib\/a.jar|link) is missing$/);
});

test('a broken link is damage', () => {
  rmSync(join(folder, 'link'));
  symlinkSync('gone', join(folder, 'link'));
  expect(damageOf(folder)).toBe('link is missing');
});

test("Python's caches may change", () => {
  rmSync(join(folder, 'cache.pyc'));
  expect(damageOf(folder)).toBeUndefined();
});

test('a manifest cut short, or empty, is damage', () => {
  truncateSync(join(folder, 'manifest.json'), 10);
  expect(damageOf(folder)).toBe('its manifest is missing or unreadable');
  expect(parseManifest('{}')).toBeUndefined();
  expect(parseManifest('{"a":"5"}')).toBeUndefined();
  expect(parseManifest('{"a":5}')).toEqual({ a: 5 });
});
