// Runs a TypeScript program of this workspace on the Node version the workspace pins, from nothing: any Node from 22.13 on
// can start it. Installs the npm packages first when they are missing, half installed, or older than the lockfile.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { packageToInstall } from './workspace/src/installed-packages.mjs';

const root = resolve(import.meta.dirname, '..');
const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node');

function installMissingPackages() {
  if (existsSync(pinnedNode) && packageToInstall(root) === undefined) return;
  console.error('Installing the npm packages of the lockfile (once; about a minute) …');
  // Warnings are about the engines of packages that the pinned Node, not this one, will run.
  const install = spawnSync('npm', ['ci', '--loglevel=error', '--no-fund', '--no-audit'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (install.status !== 0) {
    console.error(
      'npm ci did not finish. Fix what it names above (often the network or a full disk) and run this again.',
    );
    process.exit(1);
  }
}

const [program, ...args] = process.argv.slice(2);
if (program === undefined) {
  console.error('usage: node tools/bootstrap.mjs PROGRAM.ts [ARGUMENT …]');
  process.exit(2);
}
installMissingPackages();
const child = spawn(pinnedNode, [join(root, program), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` },
});
// The program cleans up after itself; this launcher only hands the signal on and waits.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
