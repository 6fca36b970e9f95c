import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processesWith } from '../processes/processes.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'sluice-guard-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('when a launcher is killed, its tools and their children end', async () => {
  const runTool = `
    import { runTool } from ${JSON.stringify(join(import.meta.dirname, 'run-tool.ts'))};
    const tool = { program: 'bash', args: ['-c', 'sleep 60 & sleep 60'], environment: { SLUICE_INSTALL: ${JSON.stringify(folder)} } };
    await runTool(tool, ${JSON.stringify(join(folder, 'log'))}, new AbortController().signal);`;
  const launcher = spawn(process.execPath, ['--input-type=module', '--eval', runTool], { stdio: 'ignore' });
  const found = () => processesWith('SLUICE_INSTALL', folder).length;
  // The guard, the shell and its two children.
  await expect.poll(found, { timeout: 5000 }).toBe(4);
  launcher.kill('SIGKILL');
  await once(launcher, 'exit');
  await expect.poll(found, { timeout: 5000 }).toBe(0);
});
