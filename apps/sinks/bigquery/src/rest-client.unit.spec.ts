import { loadConfig } from '@sluice/config';
import { GoogleAuth } from 'google-auth-library';
import { afterEach, expect, it, vi } from 'vitest';
import { bigqueryRules, bigquerySettings } from './config.ts';
import { restClient } from './rest-client.ts';

afterEach(() => vi.restoreAllMocks());

/** The hosts that got the token, of those that were asked. */
async function asked(environment: Readonly<Record<string, string>>): Promise<[host: string, token: boolean][]> {
  const hosts: [string, boolean][] = [];
  vi.spyOn(GoogleAuth.prototype, 'getRequestHeaders').mockResolvedValue(
    new Headers({ authorization: 'Bearer secret' }),
  );
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    hosts.push([new URL(String(url)).host, new Headers(init?.headers).has('authorization')]);
    return new Response('{}');
  });
  const config = loadConfig('bigquery', bigquerySettings, { BIGQUERY_PROJECT: 'p', ...environment }, bigqueryRules);
  const { signal } = new AbortController();
  const rest = restClient(config);
  await rest.bigquery({ path: '/jobs', signal });
  await rest.storage({ path: '/b/x/o/y', signal });
  return hosts;
}

it("sends Google's token to Google", async () => {
  expect(await asked({})).toEqual([
    ['bigquery.googleapis.com', true],
    ['storage.googleapis.com', true],
  ]);
});

const elsewhere = { BIGQUERY_ENDPOINT: 'https://bq.example.com', GCS_ENDPOINT: 'https://minio.example.com' };

it('sends it nowhere else, though over TLS', async () => {
  expect(await asked(elsewhere)).toEqual([
    ['bq.example.com', false],
    ['minio.example.com', false],
  ]);
});

it('sends it elsewhere where the setting of that address says so', async () => {
  expect(await asked({ ...elsewhere, GCS_SEND_CREDENTIALS: 'true' })).toEqual([
    ['bq.example.com', false],
    ['minio.example.com', true],
  ]);
});
