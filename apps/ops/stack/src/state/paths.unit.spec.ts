import { expect, test } from 'vitest';
import { cacheFolder } from './paths.ts';

test('SLUICE_CACHE is the folder for installed servers', () => {
  expect(cacheFolder({ SLUICE_CACHE: '/elsewhere' }, true)).toBe('/elsewhere');
});

test("root's cache is not below /root, which Elasticsearch's user cannot read", () => {
  expect(cacheFolder({}, true)).toBe('/var/cache/sluice');
});

test("a user's cache is in the cache folder of that user", () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/home/me/.local-cache' }, false)).toBe('/home/me/.local-cache/sluice');
});
