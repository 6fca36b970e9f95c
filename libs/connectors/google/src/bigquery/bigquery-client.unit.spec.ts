import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@sluice/config';
import { capturedLog } from '@sluice/kafka/testing';
import { createHealth } from '@sluice/telemetry';
import { localHosts, metadataServer, type HostRequest, type LocalHosts } from '@sluice/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readScopes, storageService } from '../gcs/storage-service.ts';
import { bigqueryClient } from './bigquery-client.ts';
import { bigquerySinkRules, bigquerySinkSettings } from './settings.ts';

const token = 'the-token';
const signal = new AbortController().signal;
let answer: Parameters<typeof localHosts>[0];
let hosts: LocalHosts;
let metadata: Awaited<ReturnType<typeof metadataServer>>;
let seenBefore = 0;

beforeAll(async () => {
  hosts = await localHosts((request) => answer(request));
  metadata = await metadataServer(token);
  // As on a machine of Google's, without anything of whoever runs the test.
  vi.stubEnv('GCE_METADATA_HOST', metadata.host);
  vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
  vi.stubEnv('CLOUDSDK_CONFIG', mkdtempSync(join(tmpdir(), 'no-credentials-')));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await hosts.close();
  await metadata.close();
});
beforeEach(() => {
  answer = () => ({ status: 200, body: '{}' });
  seenBefore = hosts.requests.length;
});

const options = { timeoutMs: 60_000, context: { logger: capturedLog().logger, health: createHealth([]) } };

function clients(environment: Readonly<Record<string, string>>) {
  const config = loadConfig(
    'bigquery',
    bigquerySinkSettings,
    { BIGQUERY_PROJECT: 'p', ...environment },
    bigquerySinkRules,
  );
  return {
    bigquery: bigqueryClient(config, options),
    storage: storageService(config, { ...options, scopes: readScopes }),
  };
}

const carries = ({ host, headers }: HostRequest): [host: string, token: boolean] => [
  host,
  headers.authorization === `Bearer ${token}`,
];
const asked = () => hosts.requests.slice(seenBefore).map(carries);

/** The hosts that are asked, and whether each got the token. */
async function askAll(environment: Readonly<Record<string, string>>): Promise<ReturnType<typeof asked>> {
  const { bigquery, storage } = clients(environment);
  await bigquery.request({ path: '/jobs', signal });
  await bigquery.upload({ job: {}, data: Buffer.from('data'), signal });
  await storage.send({ path: '/storage/v1/b/x/o/y' }, signal);
  return asked();
}

describe("Google's token", () => {
  const elsewhere = { BIGQUERY_ENDPOINT: 'https://bq.example.com', GCS_ENDPOINT: 'https://minio.example.com' };

  it('goes to Google', async () => {
    expect(await askAll({})).toEqual([
      ['bigquery.googleapis.com', true],
      ['bigquery.googleapis.com', true],
      ['storage.googleapis.com', true],
    ]);
  });

  it('goes nowhere else, though over TLS', async () => {
    expect(await askAll(elsewhere)).toEqual([
      ['bq.example.com', false],
      ['bq.example.com', false],
      ['minio.example.com', false],
    ]);
  });

  it('goes elsewhere where the setting of that address says so', async () => {
    expect(await askAll({ ...elsewhere, GCS_SEND_CREDENTIALS: 'true' })).toEqual([
      ['bq.example.com', false],
      ['bq.example.com', false],
      ['minio.example.com', true],
    ]);
  });

  it.each([301, 302, 307, 308])('does not go along with a redirect to another host (%i)', async (status) => {
    answer = ({ host }) =>
      host.endsWith('.googleapis.com')
        ? { status, headers: { location: `https://elsewhere.example.com/caught` } }
        : { status: 200, body: '{}' };
    const { bigquery, storage } = clients({});
    await bigquery.request({ path: '/jobs', signal }).catch(() => {});
    await storage.send({ path: '/storage/v1/b/x/o/y' }, signal).catch(() => {});
    const [ours, others] = [true, false].map((google) =>
      asked().filter(([host]) => host.endsWith('.googleapis.com') === google),
    );
    expect(ours).toEqual([
      ['bigquery.googleapis.com', true],
      ['storage.googleapis.com', true],
    ]);
    for (const [, hasToken] of others ?? []) expect(hasToken).toBe(false);
  });
});

describe('the project', () => {
  it("is the credentials' own where none is set", async () => {
    const config = loadConfig('bigquery', bigquerySinkSettings, {}, bigquerySinkRules);
    expect(await bigqueryClient(config, options).project(signal)).toBe('local');
  });
});
