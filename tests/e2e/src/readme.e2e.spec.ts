import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@sluice/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { audit } from './harness/audit.ts';
import { root, runCommand, startCommand, type RunningCommand } from './harness/run-command.ts';

/** The commands of a README's shell blocks. */
const commandsOf = (path: string): string[] =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  );

/** Run in this file, in the order of the README. */
const runHere = [
  'npm run stack -- up --detach',
  'npx nx run host-metrics:serve',
  'npx nx run elasticsearch:serve',
  'npm run sluice -- audit',
  'npm run stack -- down',
  'npm run prove',
  'npm run prove -- delivery',
  'npm run prove -- warehouse --rounds 2',
  'npm run bench -- --records 50000 --rounds 1',
];
const runElsewhere = ['npm start', 'npm start -- --check', /* this very run: */ 'npm test'];

let environment: Record<string, string> = {};
const running: RunningCommand[] = [];
const folder = mkdtempSync(join(tmpdir(), 'sluice-bundle-'));

beforeAll(async () => {
  const up = await runCommand('npm run stack -- up --detach');
  expect(up.code, up.stderr).toBe(0);
  const status = await runCommand('npm run --silent stack -- status --json');
  // The usual ports may be taken on the machine that runs this.
  environment = (JSON.parse(status.stdout) as { environment: Record<string, string> }).environment;
  expect(Object.keys(environment)).toContain('ELASTICSEARCH_URL');
});

const documents = async (): Promise<number> =>
  (await audit(environment, 'host-metrics', 1).catch(() => undefined))?.documents ?? 0;

afterAll(async () => {
  await Promise.all(running.map((command) => command.interrupt()));
  const down = await runCommand('npm run stack -- down');
  rmSync(folder, { recursive: true, force: true });
  expect(down.code, down.stderr).toBe(0);
});

test('every command of the README is run by a test', () => {
  expect(commandsOf('README.md').sort()).toEqual([...runHere, ...runElsewhere].sort());
});

test('each app serves alone against a running stack, and the counts agree', async () => {
  const before = await documents();
  // Without addresses: they are those of the local servers, whatever ports these have.
  const source = startCommand('npx nx run host-metrics:serve');
  const sink = startCommand('npx nx run elasticsearch:serve');
  running.push(source, sink);
  await eventually(async () => {
    expect(
      await documents(),
      source.output.stdout + source.output.stderr + sink.output.stdout + sink.output.stderr,
    ).toBeGreaterThan(before + 2);
  }, 90_000);
  await source.interrupt();
  await eventually(async () => {
    const { code, stdout } = await runCommand('npm run --silent sluice -- audit', environment);
    expect(code, stdout).toBe(0);
  }, 60_000);
  await sink.interrupt();
});

test.each([
  ['sources', 'host-metrics'],
  ['sinks', 'elasticsearch'],
])('the bundle of %s/%s runs alone, without any other file', async (_, app) => {
  const build = await runCommand(`npx nx run ${app}:build`);
  expect(build.code, build.stdout + build.stderr).toBe(0);
  const alone = join(folder, app);
  cpSync(join(root, 'dist', app, 'main.mjs'), join(alone, 'main.mjs'));
  const bundle = startCommand(`${process.execPath} ${join(alone, 'main.mjs')}`, environment);
  const url = await eventually(() => {
    const found = /"telemetry":"([^"]+)"/.exec(bundle.output.stdout)?.[1];
    expect(found, bundle.output.stdout + bundle.output.stderr).toBeDefined();
    return found ?? '';
  });
  await eventually(async () => {
    expect((await fetch(`${url}/ready`)).status).toBe(200);
  }, 60_000);
  bundle.child.kill('SIGTERM');
  expect(await bundle.ended).toMatchObject({ code: 0, stderr: '' });
});

test('npx nx graph draws the projects', async () => {
  const file = join(folder, 'graph.json');
  const { code } = await runCommand(`npx nx graph --file=${file}`);
  expect(code).toBe(0);
  const { graph } = JSON.parse(readFileSync(file, 'utf8')) as {
    graph: { dependencies: Record<string, { target: string }[]> };
  };
  expect(graph.dependencies['elasticsearch']?.map(({ target }) => target)).toContain('sink');
});

test('npm run prove lists the scenarios, and those of the README hold', async () => {
  const list = await runCommand('npm run prove');
  expect(list.stdout).toContain('main-job');
  expect(list.stdout).toContain('delivery');
  for (const command of ['delivery', 'warehouse --rounds 2']) {
    const { code, stdout, stderr } = await runCommand(`npm run prove -- ${command}`);
    expect(stdout.trim().split('\n').at(-1), stdout + stderr).toBe(`${command.split(' ')[0]} holds`);
    expect(code).toBe(0);
  }
});

test('npm run bench measures every case', async () => {
  const { code, stdout, stderr } = await runCommand('npm run --silent bench -- --records 50000 --rounds 1 --json');
  expect(code, stderr).toBe(0);
  const { latencyMs, ...cases } = JSON.parse(stdout) as Record<string, Record<string, number>>;
  expect(Object.keys(cases).sort()).toEqual([
    'elasticsearch',
    'gcsAvro',
    'gcsJson',
    'limit',
    'null',
    'straightforward',
  ]);
  for (const measured of Object.values(cases)) {
    expect(Object.keys(measured)).toEqual(['recordsPerSecond', 'cpuSecondsPerMillion', 'peakMemoryMiB']);
    for (const value of Object.values(measured)) expect(value).toBeGreaterThan(0);
  }
  expect(latencyMs?.['p50']).toBeLessThanOrEqual(latencyMs?.['p99'] ?? 0);
});
