import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { citations, promisedIn } from './generate/generate-guarantees.ts';

const guarantees = readFileSync(resolve(import.meta.dirname, '../../../docs/guarantees.md'), 'utf8');
const promised = promisedIn(guarantees);

test('every promise of docs/guarantees.md is shown by a test that cites it, and no test cites another', () => {
  expect(promised.length).toBeGreaterThanOrEqual(8);
  expect([...new Set(citations().flatMap(({ promises }) => promises))].sort()).toEqual(promised);
});
