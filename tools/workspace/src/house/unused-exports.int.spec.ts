import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { unusedExports } from './unused-exports.ts';

function workspace(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'sluice-house-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

test('Knip finds what nothing imports: a value, a type, a file', () => {
  const root = workspace({
    'package.json': JSON.stringify({ name: 'example', type: 'module' }),
    'knip.json': JSON.stringify({ entry: ['src/main.ts'] }),
    'src/main.ts': "import { used } from './part.ts';\nused();\n",
    'src/part.ts':
      'export function used(): void {}\nexport const unused = used;\nexport interface Unused { a: typeof unused }\n',
    'src/lost.ts': 'export {};\n',
  });
  expect(unusedExports(root)).toEqual([
    'src/lost.ts  is used by no program and no test',
    'src/part.ts:2  export unused',
    'src/part.ts:3  export Unused',
  ]);
});

test('a workspace that Knip cannot read is an error, not a workspace without findings', () => {
  const root = workspace({ 'package.json': '{}', 'knip.json': '{ "entry": 1 }' });
  expect(() => unusedExports(root)).toThrow('knip failed');
});
