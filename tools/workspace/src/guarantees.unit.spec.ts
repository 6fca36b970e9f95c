import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(resolve(root, path), 'utf8');
const promised = [...read('docs/guarantees.md').matchAll(/^\| (G\d+)\s/gm)].map(([, number = '']) => number);

test('every promise of docs/guarantees.md is shown by a test that cites it, and no test cites another', () => {
  const specs = globSync('{apps,libs,tests}/**/src/**/{*.spec.ts,testing.ts}', { cwd: root });
  const cited = specs.flatMap((path) => [...read(path).matchAll(/\((G\d+)\)['"`]/g)].map(([, number = '']) => number));
  expect(promised.length).toBeGreaterThanOrEqual(8);
  expect([...new Set(cited)].sort()).toEqual(promised);
});
