import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runTool } from './run-tool.ts';

test('a tool runs in the folder of its log, not in the checkout', async () => {
  const work = mkdtempSync(join(tmpdir(), 'run-tool-'));
  onTestFinished(() => rmSync(work, { recursive: true }));
  const tool = { program: 'mkdir', args: ['${project.basedir}'], environment: {} };
  await runTool(tool, join(work, 'tool.log'), new AbortController().signal);
  expect(existsSync(join(work, '${project.basedir}'))).toBe(true);
  expect(existsSync('${project.basedir}')).toBe(false);
});
