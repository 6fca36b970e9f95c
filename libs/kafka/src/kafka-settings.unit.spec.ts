import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '@sluice/config';
import { testCertificate, testPrivateKey } from '@sluice/config/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { kafkaRules, kafkaSettings, registryOptions, schemaRegistrySettings } from './kafka-settings.ts';

const mistakes = (environment: Record<string, string | undefined>): readonly string[] => {
  try {
    loadConfig('app', kafkaSettings, environment, kafkaRules);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
};

const folder = mkdtempSync(join(tmpdir(), 'kafka-settings-'));
const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
writeFileSync(certificate, testCertificate);
writeFileSync(key, testPrivateKey);
afterAll(() => rmSync(folder, { recursive: true }));

const login = { KAFKA_SASL_USERNAME: 'sluice', KAFKA_SASL_PASSWORD: 'hunter2' };
const tokens = {
  KAFKA_OAUTH_TOKEN_URL: 'https://login.example.com/token',
  KAFKA_OAUTH_CLIENT_ID: 'sluice',
  KAFKA_OAUTH_CLIENT_SECRET: 'hunter2',
};
const orAllow = 'or set ALLOW_PLAINTEXT_CREDENTIALS=true where nobody else can listen';
const needsTokens =
  'KAFKA_SASL_MECHANISM is oauthbearer, so KAFKA_OAUTH_TOKEN_URL, KAFKA_OAUTH_CLIENT_ID and KAFKA_OAUTH_CLIENT_SECRET must be set too';
const needsNoPassword =
  'KAFKA_SASL_MECHANISM is oauthbearer, so KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must not be set';
const needsOauth = 'KAFKA_SASL_MECHANISM must be oauthbearer for the KAFKA_OAUTH_… settings to be used';
const needsCredentials = 'KAFKA_SASL_MECHANISM is set, so KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must be set too';
const needsName = 'KAFKA_BROKERS must have a host name for a broker with an IPv6 address';
const needsMechanism = 'KAFKA_SASL_USERNAME or KAFKA_SASL_PASSWORD is set, so KAFKA_SASL_MECHANISM must be set too';
const needsReplica = "KAFKA_TOPIC_REPLICATION must be at least 1, or -1 for the broker's default; it is 0";
const needsTls = 'KAFKA_TLS must be true for the KAFKA_TLS_… files to be used';
const needsPair = 'KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE must be set together';

describe('kafka settings', () => {
  it.each<[string, Record<string, string | undefined>, string[]]>([
    ['nothing at all', {}, []],
    ['an IPv6 address', { KAFKA_BROKERS: 'broker:9092,[::1]:9092' }, [needsName]],
    ['a mechanism with both credentials', { KAFKA_SASL_MECHANISM: 'plain', ...login }, []],
    ["Kafka's own spelling of a mechanism", { KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512', ...login }, []],
    ['a mechanism alone', { KAFKA_SASL_MECHANISM: 'plain' }, [needsCredentials]],
    ['a mechanism without password', { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'a' }, [needsCredentials]],
    ['credentials without mechanism', login, [needsMechanism]],
    ['a password alone', { KAFKA_SASL_PASSWORD: 'x' }, [needsMechanism]],
    ['tokens', { KAFKA_SASL_MECHANISM: 'oauthbearer', ...tokens }, []],
    [
      'tokens without a secret',
      { KAFKA_SASL_MECHANISM: 'oauthbearer', ...tokens, KAFKA_OAUTH_CLIENT_SECRET: undefined },
      [needsTokens],
    ],
    ['tokens with a password', { KAFKA_SASL_MECHANISM: 'oauthbearer', ...tokens, ...login }, [needsNoPassword]],
    ['tokens of another mechanism', { KAFKA_SASL_MECHANISM: 'plain', ...login, ...tokens }, [needsOauth]],
    [
      "tokens and the client's secret, sent as they are",
      {
        ...{ KAFKA_SASL_MECHANISM: 'oauthbearer', KAFKA_BROKERS: 'broker:9092' },
        ...{ ...tokens, KAFKA_OAUTH_TOKEN_URL: 'http://login.example.com/token' },
      },
      [
        `the token of KAFKA_OAUTH_CLIENT_ID would be sent to broker:9092 without TLS: set KAFKA_TLS=true, ${orAllow}`,
        `KAFKA_OAUTH_CLIENT_SECRET would be sent to http://login.example.com/token without TLS: let KAFKA_OAUTH_TOKEN_URL begin with https://, ${orAllow}`,
      ],
    ],
    ['a topic without replicas', { KAFKA_TOPIC_REPLICATION: '0' }, [needsReplica]],
    ['TLS without files', { KAFKA_TLS: 'true' }, []],
    ['TLS with an authority', { KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: certificate }, []],
    ['an authority without TLS', { KAFKA_TLS_CA_FILE: certificate }, [needsTls]],
    ['TLS with a pair', { KAFKA_TLS: 'true', KAFKA_TLS_CERT_FILE: certificate, KAFKA_TLS_KEY_FILE: key }, []],
    ['a certificate without key', { KAFKA_TLS: 'true', KAFKA_TLS_CERT_FILE: certificate }, [needsPair]],
    ['a key without certificate or TLS', { KAFKA_TLS_KEY_FILE: key }, [needsTls, needsPair]],
  ])('judge %s', (_, environment, expected) => {
    expect(mistakes(environment)).toEqual(expected);
  });

  it('never show the password', () => {
    expect(mistakes({ ...login, KAFKA_SASL_MECHANISM: 'rot13' }).join()).not.toContain('hunter2');
  });

  it('give the registry credentials only where there are some', () => {
    const options = (environment: Record<string, string>) =>
      registryOptions(loadConfig('app', schemaRegistrySettings, environment));
    expect(options({ SCHEMA_REGISTRY_URL: 'http://registry:8081' })).toEqual({ url: ['http://registry:8081'] });
    expect(options({ SCHEMA_REGISTRY_USERNAME: 'a', SCHEMA_REGISTRY_PASSWORD: 'b' })).toMatchObject({
      auth: { username: 'a', password: 'b' },
    });
  });
});
