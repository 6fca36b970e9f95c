import { standIn } from '@sluice/connector-google/testing';
import { uniqueName } from '@sluice/kafka/testing';
import type { Check } from '@sluice/operations';
import { serverAddresses } from '@sluice/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { bigqueryAccess } from '../clients/bigquery-access.ts';
import { runCli } from '../testing/run-cli.ts';

const bucket = uniqueName('doctor');
const dataset = bucket.replaceAll('-', '_');
const well = { GCS_BUCKET: bucket, BIGQUERY_PROJECT: 'local', BIGQUERY_DATASET: dataset };

beforeAll(async () => {
  await standIn().createBucket(bucket);
  const { bigqueryEndpoint } = serverAddresses();
  const access = bigqueryAccess({ ...well, BIGQUERY_ENDPOINT: bigqueryEndpoint }, new AbortController().signal);
  const json = { datasetReference: { projectId: 'local', datasetId: dataset }, location: 'US' };
  await access.request({ method: 'POST', path: '/datasets', json });
});

async function examined(environment: Readonly<Record<string, string>>) {
  const { code, stdout, stderr } = await runCli(['doctor', '--json'], environment);
  expect(stderr).toBe('');
  const checks = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Check);
  const of = (whose: string, what: string) => checks.find((check) => check.of === whose && check.what === what);
  return { code, checks, of };
}

describe('sluice doctor', () => {
  it('finds nothing that failed where all servers run, and tries each of them', async () => {
    const { code, checks, of } = await examined(well);
    expect(checks.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(code).toBe(0);
    for (const [whose, what] of [
      ['machine', 'disk'],
      ['Kafka', 'connection'],
      ['schema registry', 'connection'],
      ['schema registry', 'clock'],
      ['Elasticsearch', 'connection'],
      ['Elasticsearch', 'disks'],
      ['Elasticsearch', 'clock'],
      ['Elasticsearch', 'templates'],
      ['Cloud Storage', 'bucket'],
      ['BigQuery', 'dataset'],
      ['BigQuery', 'queries'],
      ['BigQuery', 'jobs'],
      ['BigQuery', 'tables'],
    ] as const)
      expect(['ok', 'warning'], `${whose}, ${what}`).toContain(of(whose, what)?.state);
    for (const { state, fix } of checks) if (state === 'warning') expect(fix?.length).toBeGreaterThan(10);
  });

  it('says what is wrong and how to resolve it, and continues with the others', async () => {
    const { code, of } = await examined({
      ...{ ELASTICSEARCH_URL: 'http://127.0.0.1:1', GCS_BUCKET: uniqueName('absent'), BIGQUERY_PROJECT: 'local' },
      ...{ BIGQUERY_DATASET: uniqueName('absent').replaceAll('-', '_'), SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1' },
    });
    expect(code).toBe(1);
    expect(of('Kafka', 'connection')?.state).toBe('ok');
    expect(of('schema registry', 'connection')?.state).toBe('failed');
    expect(of('Elasticsearch', 'connection')?.state).toBe('failed');
    expect(of('Cloud Storage', 'bucket')).toMatchObject({ state: 'failed' });
    expect(of('Cloud Storage', 'bucket')?.says).toContain('does not exist');
    expect(of('BigQuery', 'dataset')).toMatchObject({ state: 'failed' });
    expect(of('BigQuery', 'dataset')?.fix).toContain('BIGQUERY_DATASET');
  });

  it('names the brokers that do not answer, with the reason', async () => {
    const { code, of } = await examined({ ...well, KAFKA_BROKERS: '127.0.0.1:1' });
    expect(code).toBe(1);
    expect(of('Kafka', 'connection')).toMatchObject({ state: 'failed', fix: expect.stringContaining('KAFKA_BROKERS') });
    expect(of('Kafka', 'connection')?.says).toContain('127.0.0.1:1');
  });

  it('exits with 2 where a setting is wrong, and checks what the other settings say', async () => {
    const { code, checks, of } = await examined({ ...well, KAFKA_TLS: 'perhaps' });
    expect(code).toBe(2);
    expect(checks[0]).toMatchObject({ of: 'settings', state: 'failed' });
    expect(of('Kafka', 'connection')).toBeUndefined();
    expect(of('Elasticsearch', 'connection')?.state).toBe('ok');
  });
});
