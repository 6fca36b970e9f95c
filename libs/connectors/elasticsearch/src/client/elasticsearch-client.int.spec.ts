import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EventContract } from '@sluice/contracts';
import { httpProxy, serverAddresses, type HttpProxy, type ProxiedRequest } from '@sluice/testkit';
import { elasticsearchSink } from '../elasticsearch-sink.ts';
import {
  removeIndices,
  server,
  silent,
  statuses,
  testConfig,
  testContract,
  testRecord,
  write,
} from '../testing/test-sink.ts';

const client = server();
const signal = new AbortController().signal;
const time = '2026-01-02T03:04:05.000Z';
let folder = '';
const file = (name: string) => join(folder, name);

/** A private certificate authority, and a certificate for `localhost` that it signed. */
function makeCertificates(): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const authority = (name: string) =>
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-days',
      '1',
      '-subj',
      `/CN=${name}`,
    );
  authority('ca');
  authority('other-ca');
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
  writeFileSync(file('names'), 'subjectAltName=DNS:localhost\n');
  const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', 'names'];
  openssl('x509', '-req', '-in', 'server.csr', ...signing, '-out', 'server.pem');
}

describe('over HTTPS with a private certificate authority', () => {
  let proxy: HttpProxy;
  const seen: ProxiedRequest[] = [];
  const contracts: EventContract[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'elasticsearch-tls-'));
    makeCertificates();
    const tls = { cert: readFileSync(file('server.pem')), key: readFileSync(file('server.key')) };
    proxy = await httpProxy({
      target: serverAddresses().elasticsearchUrl,
      tls,
      answering(request, forward) {
        seen.push(request);
        return forward();
      },
    });
  });
  afterEach(async () => {
    for (const contract of contracts.splice(0)) await removeIndices(client, contract);
  });
  afterAll(async () => {
    await proxy.close();
    await client.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens a sink, writes one record, and gives back the headers it did that with. */
  async function deliver(environment: Record<string, string>): Promise<(string | undefined)[]> {
    const contract = testContract();
    contracts.push(contract);
    const url = `https://localhost:${proxy.port}`;
    const sink = elasticsearchSink(testConfig({ ELASTICSEARCH_URL: url, ...environment }), [contract], silent);
    const before = seen.length;
    try {
      await sink.open(signal);
      expect(statuses(await write(sink, contract, [testRecord('a', time)]))).toEqual(['delivered']);
    } finally {
      await sink.close();
    }
    return seen.slice(before).map(({ headers }) => headers.authorization);
  }

  it('sends the API key with each request', async () => {
    const headers = await deliver({ ELASTICSEARCH_CA_FILE: file('ca.pem'), ELASTICSEARCH_API_KEY: 'aWQ6a2V5' });
    expect(headers.length).toBeGreaterThan(1);
    expect(new Set(headers)).toEqual(new Set(['ApiKey aWQ6a2V5']));
  });

  it('sends user and password with each request', async () => {
    const user = { ELASTICSEARCH_USERNAME: 'sink', ELASTICSEARCH_PASSWORD: 'p:w é' };
    const headers = await deliver({ ELASTICSEARCH_CA_FILE: file('ca.pem'), ...user });
    expect(headers.length).toBeGreaterThan(1);
    expect(new Set(headers)).toEqual(new Set([`Basic ${Buffer.from('sink:p:w é').toString('base64')}`]));
  });

  it('sends no credentials where none are set', async () => {
    const headers = await deliver({ ELASTICSEARCH_CA_FILE: file('ca.pem') });
    expect(new Set(headers)).toEqual(new Set([undefined]));
  });

  it('refuses a server that its authorities have not signed, before it sends anything', async () => {
    const secret = { ELASTICSEARCH_API_KEY: 'aWQ6a2V5' };
    const before = seen.length;
    await expect(deliver(secret)).rejects.toThrow(/certificate/);
    await expect(deliver({ ...secret, ELASTICSEARCH_CA_FILE: file('other-ca.pem') })).rejects.toThrow(/certificate/);
    expect(seen.length).toBe(before);
  });

  it('refuses a certificate for another name', async () => {
    await expect(deliver({ ELASTICSEARCH_URL: proxy.url, ELASTICSEARCH_CA_FILE: file('ca.pem') })).rejects.toThrow(
      /does not match certificate/,
    );
  });
});
