import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '@sluice/config';
import { elasticsearchRules, elasticsearchSinkSettings } from './settings.ts';

/** Of a certificate authority made for this test. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIUHKSM33a6I3y8Gdie0CBkCfPnvlowCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHdGVzdC1jYTAgFw0yNjExMjExOTU5MDhaGA8yMTI2MTAyODE5
NTkwOFowEjEQMA4GA1UEAwwHdGVzdC1jYTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABBKIyi4zWcMIh/wk/jnfVYiOYBFP83jwV3jZ/4aR8+zMwn4zrfWsAmdwcgpY
djjp/6ZvVddbgNYHeYfpnsTMLKWjUzBRMB0GA1UdDgQWBBSRSyLAWJKN9JzoxJmN
pcrmXyYdQjAfBgNVHSMEGDAWgBSRSyLAWJKN9JzoxJmNpcrmXyYdQjAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQC31VNLQaaAZeuOCrkOOtYVJI8N
JfGIy70EZwt0h2XuDgIgLa+hLz3hXwTGNuHmdbkj3x/CCNk8tzpDHH6WhbhtGbs=
-----END CERTIFICATE-----
`;

const load = (environment: Record<string, string>) =>
  loadConfig('elasticsearch', elasticsearchSinkSettings, environment, elasticsearchRules);

function mistakes(environment: Record<string, string>): readonly string[] {
  try {
    load(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

describe('the settings', () => {
  let folder = '';
  let caFile = '';
  let noCertificate = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'elasticsearch-config-'));
    caFile = join(folder, 'ca.pem');
    noCertificate = join(folder, 'key.pem');
    writeFileSync(caFile, certificate);
    writeFileSync(noCertificate, certificate.replaceAll('CERTIFICATE', 'PRIVATE KEY'));
    writeFileSync(join(folder, 'empty.pem'), '');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('need nothing to be set', () => {
    expect(load({})).toMatchObject({
      ELASTICSEARCH_URL: ['http://localhost:9200'],
      ELASTICSEARCH_COMPRESSION: false,
      ELASTICSEARCH_API_KEY: undefined,
      ELASTICSEARCH_CA_FILE: undefined,
    });
  });

  it('take several addresses', () => {
    expect(load({ ELASTICSEARCH_URL: 'https://a:9200, https://b:9200/es/' }).ELASTICSEARCH_URL).toEqual([
      'https://a:9200',
      'https://b:9200/es',
    ]);
  });

  it('take an API key alone, or a user with a password, with a certificate authority or without', () => {
    const secure = { ELASTICSEARCH_URL: 'https://a:9200', ELASTICSEARCH_CA_FILE: caFile };
    const user = { ELASTICSEARCH_USERNAME: 'sink', ELASTICSEARCH_PASSWORD: 'p:w d' };
    expect(mistakes({ ELASTICSEARCH_API_KEY: 'WWd1bV82RUI6bXBo-_+/==' })).toEqual([]);
    expect(mistakes({ ...secure, ELASTICSEARCH_API_KEY: 'WWd1bV82RUI=' })).toEqual([]);
    expect(mistakes(user)).toEqual([]);
    expect(mistakes({ ...secure, ...user })).toEqual([]);
    expect(load(secure).ELASTICSEARCH_CA_FILE).toContain('BEGIN CERTIFICATE');
  });

  it('refuse two ways to log in at once', () => {
    const both = { ELASTICSEARCH_API_KEY: 'a2V5', ELASTICSEARCH_USERNAME: 'u', ELASTICSEARCH_PASSWORD: 'p' };
    expect(mistakes(both)).toEqual(['ELASTICSEARCH_API_KEY and ELASTICSEARCH_USERNAME are both set: choose one']);
  });

  it.each([{ ELASTICSEARCH_USERNAME: 'u' }, { ELASTICSEARCH_PASSWORD: 'p' }])('refuse half a login: %o', (half) => {
    expect(mistakes(half)).toEqual(['ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD must be set together']);
  });

  it('refuse an API key in its plain form, without showing it', () => {
    const [line = '', ...more] = mistakes({ ELASTICSEARCH_API_KEY: 'the-id:the-key' });
    expect(more).toEqual([]);
    expect(line).toMatch(/^ELASTICSEARCH_API_KEY must be the encoded form/);
    expect(line).not.toContain('the-');
  });

  it('refuse a certificate authority that is none, or that would not be used', () => {
    const at = (url: string, file: string) =>
      mistakes({ ELASTICSEARCH_URL: url, ELASTICSEARCH_CA_FILE: join(folder, file) });
    const notPem = expect.stringMatching(
      /^ELASTICSEARCH_CA_FILE must be a file with a certificate in PEM form/,
    ) as string;
    expect(at('https://a:9200', 'key.pem')).toEqual([notPem]);
    expect(at('https://a:9200', 'empty.pem')).toEqual([notPem]);
    expect(at('https://a:9200', 'absent.pem')[0]).toMatch(/^ELASTICSEARCH_CA_FILE must be the path of a file/);
    expect(at('https://a:9200,http://b:9200', 'ca.pem')).toEqual([
      'ELASTICSEARCH_CA_FILE is set, so every address in ELASTICSEARCH_URL must begin with https://',
    ]);
  });

  it('show all mistakes at once, and no secret', () => {
    const lines = mistakes({
      ELASTICSEARCH_URL: 'http://user:hunter2@localhost:9200',
      ELASTICSEARCH_SHARDS: '0',
      ELASTICSEARCH_COMPRESSION: 'yes',
      ELASTICSEARCH_REQUEST_BYTE: '1',
      ELASTICSEARCH_PASSWORD: 'hunter2',
    });
    expect(lines).toHaveLength(4);
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'ELASTICSEARCH_URL',
      'ELASTICSEARCH_COMPRESSION',
      'ELASTICSEARCH_SHARDS',
      'ELASTICSEARCH_REQUEST_BYTE',
    ]);
    expect(lines.join('\n')).not.toContain('hunter2');
  });
});
