import { gzipSync } from 'node:zlib';
import { loadConfig } from '@sluice/config';
import { documentSearch, elasticsearchSettings, type DocumentSearch } from '@sluice/connector-elasticsearch';
import { removeIndices, server } from '@sluice/connector-elasticsearch/testing';
import { standIn } from '@sluice/connector-google/testing';
import { questions, tableName, topicName, type EventContract, type Question } from '@sluice/contracts';
import { indexTemplate } from '@sluice/index-templates';
import { uniqueName } from '@sluice/kafka/testing';
import { ask, type Answer } from '@sluice/operations';
import { eventually, serverAddresses } from '@sluice/testkit';
import { tableSchema } from '@sluice/warehouse-schemas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bigqueryAccess } from '../clients/bigquery-access.ts';
import { runCli } from '../testing/run-cli.ts';
import { lastHour, sampleRows } from '../testing/sample-rows.ts';

const { signal } = new AbortController();
const dataset = uniqueName('ask').replaceAll('-', '_');
const bucketName = uniqueName('ask');
const hourMs = 3_600_000;
const time = { from: new Date(lastHour - hourMs), to: new Date(lastHour + hourMs) };
const unique = uniqueName('q');

/** Each event under a topic of this run: the servers under test have other events. */
const own = new Map<string, EventContract>();
const contractOf = (contract: EventContract): EventContract => {
  const topic = topicName(contract);
  const found = own.get(topic) ?? { ...contract, topic: `${unique}-${topic}` };
  own.set(topic, found);
  return found;
};
let search: DocumentSearch;
const environment = () => ({
  ...{ BIGQUERY_ENDPOINT: serverAddresses().bigqueryEndpoint, BIGQUERY_PROJECT: 'local', BIGQUERY_DATASET: dataset },
});
const client = server();

beforeAll(async () => {
  const { elasticsearchUrl } = serverAddresses();
  const rows = bigqueryAccess(environment(), signal);
  await rows.request({
    method: 'POST',
    path: '/datasets',
    json: { datasetReference: { projectId: 'local', datasetId: dataset }, location: 'US' },
  });
  await standIn().createBucket(bucketName);
  for (const [topic, all] of Object.entries(sampleRows)) {
    const contract = questions.find((one) => topicName(one.contract) === topic)?.contract;
    if (contract === undefined) throw new Error(`no question is about ${topic}`);
    await load(contractOf(contract), all);
    await index(contractOf(contract), all);
  }
  search = documentSearch(loadConfig('test', elasticsearchSettings, { ELASTICSEARCH_URL: elasticsearchUrl }), signal);
});
afterAll(async () => {
  for (const contract of own.values()) await removeIndices(client, contract);
  await Promise.all([client.close(), search.close()]);
});

/** Loads rows as the sink does: from an object of JSON lines, into a table of the contract. */
async function load(contract: EventContract, all: readonly object[]) {
  const rows = bigqueryAccess(environment(), signal);
  const [, tableId = ''] = tableName(contract, dataset).split('.');
  const { schema, timePartitioning } = tableSchema(contract);
  const destinationTable = { projectId: 'local', datasetId: dataset, tableId };
  await rows.request({
    method: 'POST',
    path: `/datasets/${dataset}/tables`,
    json: { tableReference: destinationTable, schema, timePartitioning },
  });
  const name = `${contract.topic}.json.gz`;
  const lines = all.map((row) => `${JSON.stringify(row)}\n`).join('');
  await standIn().bucket(bucketName).file(name).save(gzipSync(lines), { resumable: false });
  const jobId = uniqueName('ask');
  const configuration = {
    load: {
      ...{ destinationTable, schema, sourceUris: [`gs://${bucketName}/${name}`] },
      ...{
        sourceFormat: 'NEWLINE_DELIMITED_JSON',
        writeDisposition: 'WRITE_APPEND',
        createDisposition: 'CREATE_NEVER',
      },
    },
  };
  const jobReference = { projectId: 'local', jobId, location: 'US' };
  await rows.request({ method: 'POST', path: '/jobs', json: { jobReference, configuration } });
  await eventually(async () => {
    const job = await rows.request({ path: `/jobs/${jobId}` });
    expect(job).toMatchObject({ status: { state: 'DONE' }, statistics: { load: { outputRows: String(all.length) } } });
  });
}

async function index(contract: EventContract, all: readonly object[]) {
  const template = indexTemplate(contract, { shards: 1, replicas: 0, refreshIntervalMs: 1_000 });
  await client.transport.request({ method: 'PUT', path: `/_index_template/${contract.topic}`, body: template });
  await client.bulk({
    refresh: true,
    operations: all.flatMap((row) => [{ create: { _index: `${contract.topic}-20261127` } }, row]),
  });
}

const answered = async (name: string): Promise<Answer['rows']> => {
  const question = questions.find((one) => one.name === name) as Question;
  const rows = bigqueryAccess(environment(), signal);
  const { rows: found } = await ask({ rows, search }, { ...question, contract: contractOf(question.contract) }, time);
  return found;
};
const [before, last] = [lastHour - hourMs, lastHour].map((ms) => new Date(ms).toISOString());

describe('the questions about tweets', () => {
  it('trending words are counted by posts and compared with the hour before, without links and names', async () => {
    const rows = await answered('trending-words');
    expect(rows.filter(([hour]) => hour === before)).toEqual([
      [before, 'bts', 1, 0],
      [before, 'tonight', 1, 0],
    ]);
    const words = rows.filter(([hour]) => hour === last);
    expect(words[0]).toEqual([last, 'bts', 3, 1]);
    expect(words[1]).toEqual([last, 'concert', 2, 0]);
    const all = words.map(([, word]) => word);
    expect(all).toContain('방탄');
    for (const left of ['https', 'example', 'army', 'the', 'rt']) expect(all).not.toContain(left);
  });

  it('the most reposted post comes first', async () => {
    expect(await answered('most-reposted')).toEqual([
      ['2', 2, 1, 'RT @army: bts Bts'],
      ['9', 1, 1, 'RT @fan: other'],
    ]);
  });

  it('posts by keyword are counted per hour', async () => {
    expect(await answered('posts-by-keyword')).toEqual([
      [before, 'bts', 1],
      [last, 'bts', 5],
      [last, 'news', 1],
    ]);
  });

  it('hashtags are counted with their accounts', async () => {
    expect(await answered('hashtags')).toEqual([
      ['bts', 2, 2],
      ['live', 1, 1],
    ]);
  });
});

describe('the questions about hosts', () => {
  it('the busiest host comes first', async () => {
    expect(await answered('busiest-hosts')).toEqual([
      ['busy', 80.5, 81, expect.closeTo(8.05)],
      ['leaky', 20, 20, expect.closeTo(2)],
    ]);
  });

  it('a leak grows steadily', async () => {
    const [leak, other] = await answered('memory-leaks');
    expect(leak).toEqual(['leaky', expect.closeTo(60_000_000, -2), expect.closeTo(1), expect.closeTo(50.1125), 1]);
    expect(other?.[0]).toBe('busy');
    expect(Math.abs(Number(other?.[2]))).toBeLessThan(0.5);
  });

  it('CPU over time is an average of each minute and host', async () => {
    const rows = await answered('cpu-over-time');
    expect(rows).toHaveLength(20);
    expect(rows.slice(0, 2).map(([minute]) => minute)).toEqual([last, last]);
    expect(rows.filter(([, host]) => host === 'leaky').every(([, , busy]) => busy === 20)).toBe(true);
  });

  it('the fullest file system comes first', async () => {
    expect(await answered('full-disks')).toEqual([
      ['leaky', '/', 95, 91, 9],
      ['busy', '/', 40, 91, 9],
    ]);
  });
});

describe('the questions about devices', () => {
  it('an anomaly is a reading far from the average of its device', async () => {
    const rows = await answered('device-anomalies');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.slice(0, 3)).toEqual([new Date(lastHour + 17_000).toISOString(), 'device-1', 90]);
    expect(Number(rows[0]?.[4])).toBeGreaterThan(5);
  });

  it('the device that was heard longest ago comes first', async () => {
    const rows = await answered('silent-devices');
    expect(rows.map(([device, , readings]) => [device, readings])).toEqual([
      ['device-1', 40],
      ['device-2', 1],
    ]);
    expect(rows[0]?.[1]).toBe(new Date(lastHour + 39_050).toISOString());
  });

  it('temperatures are listed by track', async () => {
    const rows = await answered('temperature-by-track');
    expect(rows.map(([track, , lowest, highest, readings]) => [track, lowest, highest, readings])).toEqual([
      ['1', 20, 22, 21],
      ['2', 20, 90, 20],
    ]);
  });
});

describe('the questions about plays and rates', () => {
  it('the completion rate is the share of plays to the end', async () => {
    expect(await answered('completion-rate')).toEqual([
      ['sport', 100, 1, 15],
      ['music', 50, 4, 10],
    ]);
  });

  it('plays are counted by hour and interest', async () => {
    expect(await answered('plays-by-hour')).toEqual([
      [last, 'music', 4],
      [last, 'sport', 1],
    ]);
  });

  it('the board that was watched longest comes first', async () => {
    expect(await answered('most-watched')).toEqual([
      ['board-1', 33, 3, 2],
      ['board-2', 22, 2, 2],
    ]);
  });

  it('rows of several partitions add up to the events of a minute', async () => {
    expect(await answered('events-per-minute')).toEqual([
      [last, 'tweets', 15],
      [new Date(lastHour + 60_000).toISOString(), 'tweets', 7],
    ]);
  });
});

it('every question is tested here', async () => {
  const tested = await import('node:fs/promises').then(({ readFile }) => readFile(import.meta.filename, 'utf8'));
  for (const { name } of questions) expect(tested, name).toContain(`answered('${name}')`);
});

it('an event without a table has no rows', async () => {
  const question = questions.find(({ name }) => name === 'most-watched') as Question;
  const nowhere = { ...question, contract: { ...question.contract, topic: uniqueName('nowhere') } };
  const { rows } = await ask({ rows: bigqueryAccess(environment(), signal) }, nowhere, time);
  expect(rows).toEqual([]);
});

describe('sluice ask', () => {
  it('lists the questions', async () => {
    const { code, stdout } = await runCli(['ask', '--json']);
    expect(code).toBe(0);
    const listed = JSON.parse(stdout) as { name: string }[];
    expect(listed.map(({ name }) => name)).toEqual(questions.map(({ name }) => name));
  });

  it('refuses an unknown question, and a time that ends before it begins', async () => {
    const unknown = await runCli(['ask', 'nothing']);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain('there are trending-words');
    const backwards = await runCli(['ask', 'hashtags', '--since', '2026-11-02', '--until', '2026-11-01']);
    expect(backwards).toMatchObject({ code: 1, stdout: '' });
    expect(backwards.stderr).toContain('not before --until');
  });
});
