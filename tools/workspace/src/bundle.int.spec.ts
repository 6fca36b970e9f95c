import { execFile } from 'node:child_process';
import { copyFileSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);
const apps = globSync('apps/*/*/src/main.ts', { cwd: root }).map((main) => dirname(dirname(main)));

test('there are apps to bundle', () => expect(apps.length).toBeGreaterThanOrEqual(13));

test.each(apps)('the bundle of %s starts inside the checkout, and alone in an empty folder', async (app) => {
  await run(process.execPath, ['tools/workspace/src/bundle.ts', app], { cwd: root });
  const bundle = join(root, 'dist', basename(app), 'main.mjs');
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const alone = join(folder, 'main.mjs');
  copyFileSync(bundle, alone);
  for (const file of [bundle, alone]) {
    const { stdout, stderr } = await run(process.execPath, [file, '--help'], { cwd: folder, env: {} });
    expect(stdout.length).toBeGreaterThan(100);
    expect(stderr).toBe('');
  }
});
