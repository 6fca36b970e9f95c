import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureInstalled } from '../install/ensure-installed.ts';
import { createProgress } from '../progress.ts';
import { allServers } from '../servers/all-servers.ts';
import { serverNames } from '../servers/server.ts';
import { cacheFolder } from '../state/paths.ts';
import { readState, stackFolder } from '../state/state.ts';
import { projectOf } from './engine.ts';

// No engine runs here. A program named `docker` stands in: it writes down how it is called, and in place of the container it
// runs the same server from the toolchain, in the foreground, until `compose stop`. This shows that the launcher chooses it,
// starts, finds ready, stops and removes by it; it does not show that Docker pulls these images and runs them.

const run = promisify(execFile);
const stack = `engine-spec-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), 'engine-'));
const calls = join(folder, 'calls');

const standIn = (server: string) => `#!${process.execPath}
const { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { spawn } = require('node:child_process');
const args = process.argv.slice(2);
appendFileSync(${JSON.stringify(calls)}, JSON.stringify([args.join(' '), process.env.STACK_GCS_PORT]) + '\\n');
const [pidFile, volume] = ${JSON.stringify([join(folder, 'pid'), join(folder, 'volume')])};
const verb = args[args.indexOf('--profile') + 2];
if (args[0] !== 'compose' || args[1] === 'version') process.exit(0);
if (verb === 'up') {
  mkdirSync(volume, { recursive: true });
  const port = process.env.STACK_GCS_PORT;
  const child = spawn(${JSON.stringify(server)}, ['-scheme=http', '-host=127.0.0.1', '-port=' + port, '-backend=filesystem',
    '-filesystem-root=' + volume], { stdio: 'inherit' });
  writeFileSync(pidFile, String(child.pid));
  child.on('exit', () => process.exit(0));
} else {
  if (existsSync(pidFile)) process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGTERM');
  rmSync(pidFile, { force: true });
  if (verb === 'down') rmSync(volume, { recursive: true });
}
`;

/** Without Go, and with nothing installed. */
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(folder, 'bin'), '/nowhere'].join(delimiter),
  SLUICE_CACHE: join(folder, 'cache'),
};
for (const name of serverNames) delete environment[allServers[name].variable];

async function launcher(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, [join(dirname(import.meta.dirname), 'main.ts'), ...args, '--name', stack], {
    env: environment,
    timeout: 60_000,
  });
}

beforeAll(async () => {
  const installed = await ensureInstalled(
    allServers.gcs,
    cacheFolder(),
    createProgress(process.stderr),
    AbortSignal.timeout(600_000),
  );
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/docker'), standIn(join(installed, 'fake-gcs-server')), { mode: 0o755 });
}, 610_000);

afterAll(async () => {
  await launcher('reset');
  rmSync(folder, { recursive: true });
});

test('without a toolchain, a server runs in a container, is ready at its address, and keeps its data until reset', async () => {
  const { stdout, stderr } = await launcher('up', '--only', 'gcs', '--detach', '--json');
  expect(stderr).toContain(
    'gcs: starting a container with docker, because gcs needs Go for its installation, but go is not on PATH',
  );
  expect(stderr).toMatch(/gcs: ready at http:\/\/127\.0\.0\.1:\d+ after [\d.]+ s, in a container of docker/);
  const { environment: addresses, servers } = JSON.parse(stdout);
  expect(servers).toMatchObject([{ name: 'gcs', state: 'running', engine: 'docker' }]);
  const bucket = await fetch(`${addresses.GCS_ENDPOINT}/storage/v1/b?project=local`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"kept"}',
  });
  expect(bucket.status).toBe(200);

  const { stdout: status } = await launcher('status');
  expect(status).toMatch(/^gcs +running .* in docker/m);

  await launcher('down');
  expect(readState(stack)?.servers.gcs).toMatchObject({ engine: 'docker' });
  await expect(fetch(addresses.GCS_ENDPOINT)).rejects.toThrow();
  await launcher('up', '--only', 'gcs', '--detach');
  const kept = await fetch(`${addresses.GCS_ENDPOINT}/storage/v1/b/kept`);
  expect(kept.status).toBe(200);

  await launcher('reset');
  expect(existsSync(stackFolder(stack))).toBe(false);
  const verbs = readFileSync(calls, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line)[0])
    .filter((line: string) => line.includes('--profile'))
    .map((line: string) => line.split('--profile * ')[1]);
  expect(verbs).toEqual([
    'up --no-deps --no-color --no-log-prefix gcs',
    'stop gcs',
    'up --no-deps --no-color --no-log-prefix gcs',
    'stop gcs',
    'down --volumes --remove-orphans',
  ]);
  expect(readFileSync(calls, 'utf8')).toContain(`compose --project-name ${projectOf(stack)} --file `);
}, 120_000);

test('without a toolchain and an engine, a sentence says both', async () => {
  const without = { ...environment, PATH: '/nowhere' };
  const failed: { stderr: string } = await run(
    process.execPath,
    [join(dirname(import.meta.dirname), 'main.ts'), 'up', '--only', 'gcs', '--detach', '--name', stack],
    { env: without, timeout: 60_000 },
  ).then(
    () => Promise.reject(new Error('it started')),
    (error: { stderr: string }) => error,
  );
  expect(failed.stderr).toContain(
    'gcs is unavailable: gcs needs Go for its installation, but go is not on PATH. A container engine would do, docker or podman with Compose, but neither docker nor podman is on PATH.',
  );
});
