import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allServers } from '../servers/all-servers.ts';
import type { Server, ServerName } from '../servers/server.ts';
import { UserError } from '../user-error.ts';
import { chooseWays, type Way } from './choose-way.ts';

let cache = '';
beforeEach(() => void (cache = mkdtempSync(join(tmpdir(), 'ways-'))));
afterEach(() => rmSync(cache, { recursive: true }));

/** A server whose toolchain is there, or lacks something. */
const having = (name: ServerName): Server => ({ ...allServers[name], runtime: async () => '', findTools: () => '' });
const lacking = (name: ServerName): Server => ({
  ...having(name),
  findTools: () => {
    throw new UserError(`${name} needs a tool.`);
  },
});

const docker = () => Promise.resolve('docker' as const);
const noEngine = () => Promise.reject(new UserError('neither docker nor podman is on PATH'));
const never = () => false;

const kinds = (ways: Map<ServerName, Way | UserError>) =>
  Object.fromEntries([...ways].map(([name, way]) => [name, way instanceof UserError ? way.message : way.kind]));

test('the toolchain is taken where it suffices, and no engine is looked for', async () => {
  const ways = await chooseWays([having('kafka'), having('registry')], cache, never, () => {
    throw new Error('looked for an engine');
  });
  expect(kinds(ways)).toEqual({ kafka: 'toolchain', registry: 'toolchain' });
});

test('the engine is taken for the servers whose toolchain lacks something, and for no other', async () => {
  const ways = await chooseWays([lacking('kafka'), having('registry')], cache, never, docker);
  expect(ways.get('kafka')).toEqual({ kind: 'engine', engine: 'docker', because: 'kafka needs a tool' });
  expect(kinds(ways)).toMatchObject({ registry: 'toolchain' });
});

test('servers that use each other run the same way', async () => {
  expect(kinds(await chooseWays([having('gcs'), lacking('bigquery')], cache, never, docker))).toEqual({
    gcs: 'engine',
    bigquery: 'engine',
  });
  expect(kinds(await chooseWays([lacking('gcs'), having('bigquery')], cache, never, docker))).toEqual({
    gcs: 'engine',
    bigquery: 'engine',
  });
});

test('without an engine, a server whose companion lacks something still runs', async () => {
  expect(kinds(await chooseWays([having('gcs'), lacking('bigquery')], cache, never, noEngine))).toMatchObject({
    gcs: 'toolchain',
  });
});

test('a server stays in the engine that has its data', async () => {
  const ways = await chooseWays([having('kafka'), having('registry')], cache, (name) => name === 'kafka', docker);
  expect(kinds(ways)).toEqual({ kafka: 'engine', registry: 'toolchain' });
});

test('without an engine, one sentence says what the toolchain lacks, and one what the engine lacks', async () => {
  expect(kinds(await chooseWays([lacking('kafka'), lacking('mqtt')], cache, never, noEngine))).toEqual({
    kafka:
      'kafka needs a tool. A container engine would do, docker or podman with Compose, but neither docker nor podman is on PATH.',
    mqtt: 'mqtt needs a tool. A container engine does not help: mqtt has no image in infra/compose/servers.yml.',
  });
});
