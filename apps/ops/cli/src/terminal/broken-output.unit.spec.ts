import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const endless = `
  import { endOnClosedPipe } from ${JSON.stringify(join(import.meta.dirname, 'broken-output.ts'))};
  process.stdout.on('error', endOnClosedPipe);
  setInterval(() => process.stdout.write('a line\\n'), 5);
`;

it('ends a program silently when its output is closed', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', endless], { stdio: ['ignore', 'pipe', 'pipe'] });
  await once(child.stdout, 'data');
  // As `head` does when it has read enough.
  child.stdout.destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(stderr).toBe('');
  expect(code).toBe(141);
});
