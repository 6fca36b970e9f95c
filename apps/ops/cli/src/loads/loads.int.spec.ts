import { loadJobId } from '@sluice/warehouse-schemas';
import { storedObject } from '@sluice/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli, startCli } from '../testing/run-cli.ts';
import { silentServer } from '../testing/silent-server.ts';
import { names, testEvents, type TestEvents } from '../testing/test-events.ts';
import { testObjects, type TestObjects } from '../testing/test-objects.ts';
import { testTable, type TestTable } from '../testing/test-table.ts';

let events: TestEvents;
let objects: TestObjects;
let table: TestTable;
let uris: string[];
/** The announcements of the topic. */
let place: { partition: number; first: string; last: string };

beforeAll(async () => {
  events = await testEvents({ partitions: 1 });
  await events.publish(names('e', 50));
  objects = await testObjects(events);
  await objects.write({ perObject: 20 });
  table = await testTable(events, objects, 'JSON');
  uris = (await objects.names()).map((name) => `gs://${objects.bucket}/${name}`);
  const own = (await events.kafka.records(storedObject.topic)).filter(({ key }) => key?.toString() === events.topic);
  place = {
    partition: own[0]?.partition ?? 0,
    first: String(own[0]?.offset),
    last: String(own.at(-1)?.offset),
  };
});
afterAll(() => events.close());

const idOf = (attempt: number, fingerprint = '00000000000000aa', row = 0) =>
  loadJobId({
    topic: events.topic,
    partition: place.partition,
    offset: BigInt(place.first),
    row,
    fingerprint,
    attempt,
  });

const labels = (attempt: number) => ({
  sluice_group: table.group,
  sluice_topic: events.topic,
  sluice_first: place.first,
  sluice_last: place.last,
  sluice_attempt: String(attempt),
});

const sluice = (...args: string[]) => runCli(['loads', ...args], table.environment);
const rowsInTable = async () => (await table.query(`SELECT COUNT(*) FROM ${table.table}`))[0]?.f[0]?.v;

it('lists load jobs with their rows, and failed ones with their errors', async () => {
  const [failed, loaded] = [idOf(1, '00000000000000ba'), idOf(1, '00000000000000bb')];
  await table.job(failed, [`gs://${objects.bucket}/nowhere.json.gz`], labels(1));
  await table.job(loaded, uris.slice(0, 1), labels(1));
  const { stdout, code } = await sluice('list', '--of', events.topic, '--json');
  const listed = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(code).toBe(0);
  expect(listed).toMatchObject([
    { id: failed, state: 'failed', table: table.table, topic: events.topic, objects: 1, rows: 0 },
    { id: loaded, state: 'loaded', attempt: 1, objects: 1, rows: 20, badRows: 0 },
  ]);
  expect(listed[0]).toHaveProperty('error.message', expect.stringMatching(/./));
  const { stdout: shown } = await sluice('list', '--of', table.table, '--state', 'loaded');
  expect(shown).toMatch(/^job +table +state/);
  expect(shown).toContain(`${loaded}   ${table.table}   loaded`);
  expect(shown).not.toContain(failed);
  expect((await sluice('list', '--of', 'nothing')).stdout).toMatch(/^There are no such load jobs since /);
  await table.query(`DELETE FROM ${table.table} WHERE true`);
});

it('shows a load job with all its objects', async () => {
  const id = idOf(1, '00000000000000cc');
  await table.job(id, uris, labels(1));
  const { stdout } = await sluice('show', id);
  for (const uri of uris) expect(stdout).toContain(uri);
  expect(stdout).toContain(`${place.first} to ${place.last} of partition ${place.partition}`);
  expect(JSON.parse((await sluice('show', id, '--json')).stdout)).toMatchObject({
    id,
    uris,
    rows: 50,
    state: 'loaded',
  });
  await table.query(`DELETE FROM ${table.table} WHERE true`);
});

it('reports an unknown job in one sentence', async () => {
  for (const command of ['show', 'retry']) {
    const { code, stderr } = await sluice(command, idOf(9));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^There is no load job sluice_.*; `sluice loads list` lists those that exist\.\n$/);
  }
});

it('retries a failed job as its next attempt, once', async () => {
  const [file] = (await objects.names()).slice(-1);
  const hidden = objects.file(file ?? '');
  const [body] = await hidden.download({ decompress: false });
  await hidden.delete();
  await table.job(idOf(1), uris, labels(1));
  expect(await rowsInTable()).toBe('0');
  // The group exists, and has not reached the place.
  await table.commitTo(place.partition, 0n);
  await hidden.save(body, { resumable: false });

  const first = await sluice('retry', idOf(1));
  expect(first.stderr).toBe('');
  expect(first.stdout).toBe(`${idOf(2)} has loaded them: 50 rows of 3 objects.\n`);
  expect(await rowsInTable()).toBe('50');
  const shown = JSON.parse((await sluice('show', idOf(2), '--json')).stdout) as unknown;
  expect(shown).toMatchObject({ labels: { ...labels(2) }, uris });

  const again = await sluice('retry', idOf(1));
  expect(again).toMatchObject({ code: 1, stdout: '' });
  expect(again.stderr).toBe(`${idOf(1)} has already been retried by ${idOf(2)}, which has loaded them.\n`);
  expect((await sluice('retry', idOf(2))).stderr).toMatch(/has loaded them: only failed jobs can be retried/);
  expect(await rowsInTable()).toBe('50');
});

it('does not retry what the sink has committed, nor rows that only the sink has', async () => {
  const [committed, ofRows] = [idOf(1, '00000000000000dd'), idOf(1, '00000000000000ee', 4)];
  await table.job(committed, ['gs://nowhere/nothing.json.gz'], labels(1));
  await table.job(ofRows, ['gs://nowhere/nothing.json.gz'], { ...labels(1), sluice_rows: '4-8' });
  await table.commit();
  expect((await sluice('retry', committed)).stderr).toMatch(/the group bigquery-.* has committed/);
  expect((await sluice('retry', ofRows)).stderr).toMatch(/Only the sink can continue that/);
  expect((await sluice('retry', committed, '--group', 'unknown')).stderr).toMatch(/There is no consumer group unknown/);
});

it('names a missing setting', async () => {
  const { code, stderr } = await runCli(['loads', 'list'], { ...table.environment, BIGQUERY_PROJECT: undefined });
  expect(code).toBe(2);
  expect(stderr).toContain('BIGQUERY_PROJECT must be set');
  const unreachable = await runCli(['loads', 'list'], {
    ...table.environment,
    BIGQUERY_ENDPOINT: 'http://127.0.0.1:1',
  });
  expect(unreachable.code).toBe(1);
  expect(unreachable.stderr).toMatch(/^BigQuery at http:\/\/127\.0\.0\.1:1 does not answer: .*\n$/);
});

it.each([['list'], ['show', 'job'], ['retry', 'job']])(
  'ends %s at Ctrl-C while BigQuery does not answer',
  async (...args) => {
    const server = await silentServer();
    const { child, ended } = startCli(['loads', ...args], { ...table.environment, BIGQUERY_ENDPOINT: server.url });
    await server.asked;
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 130, stdout: '', stderr: 'Interrupted.\n' });
    await server.close();
  },
);
