// `nx run <project>:serve` for a source, processor or sink: runs it against the local servers where they run, on whatever ports they found
// free. An address in the environment comes first.
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../../..');
const [folder = ''] = process.argv.slice(2);

/** The addresses of the local servers; none where they do not run. */
async function localServers(): Promise<Record<string, string>> {
  const stack = join(root, 'apps/ops/stack/src/main.ts');
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [stack, 'status', '--json']);
    return (JSON.parse(stdout) as { environment?: Record<string, string> }).environment ?? {};
  } catch {
    return {};
  }
}

const found = Object.entries(await localServers()).filter(([name]) => process.env[name] === undefined);
for (const [name, value] of found) process.env[name] = value;
if (found.length > 0)
  process.stderr.write(`Using the local servers: ${found.map((entry) => entry.join('=')).join(' ')}\n`);
// In this process, so that signals and the exit code are the app's own.
process.argv.splice(1, 2, join(root, folder, 'src/main.ts'));
await import(join(root, folder, 'src/main.ts'));
