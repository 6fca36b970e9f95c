// That no app sends a password, key or token without TLS to another host, unless that is allowed by name.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const secret = 'c2VjcmV0OnNlY3JldA==';

const kafka = {
  KAFKA_BROKERS: 'broker.example.com:9092',
  KAFKA_SASL_MECHANISM: 'plain',
  KAFKA_SASL_USERNAME: 'app',
  KAFKA_SASL_PASSWORD: secret,
};
const registry = {
  SCHEMA_REGISTRY_URL: 'http://registry.example.com',
  SCHEMA_REGISTRY_USERNAME: 'app',
  SCHEMA_REGISTRY_PASSWORD: secret,
};
/** An app's settings in addition to those of Kafka and the registry, and the name of the credentials in the error. */
const more: Readonly<Record<string, readonly (readonly [environment: Record<string, string>, refused: RegExp])[]>> = {
  'sinks/elasticsearch': [
    [
      { ELASTICSEARCH_URL: 'http://search.example.com', ELASTICSEARCH_API_KEY: secret },
      /ELASTICSEARCH_API_KEY would be sent to http:\/\/search\.example\.com without TLS/,
    ],
    [
      {
        ELASTICSEARCH_URL: 'https://a.example.com,http://b.example.com',
        ELASTICSEARCH_USERNAME: 'app',
        ELASTICSEARCH_PASSWORD: secret,
      },
      /ELASTICSEARCH_PASSWORD would be sent to http:\/\/b\.example\.com without TLS/,
    ],
  ],
  'sinks/opensearch': [
    [
      { OPENSEARCH_URL: 'http://search.example.com', OPENSEARCH_USERNAME: 'app', OPENSEARCH_PASSWORD: secret },
      /OPENSEARCH_PASSWORD would be sent to http:\/\/search\.example\.com without TLS/,
    ],
  ],
  'sinks/postgres': [
    [
      { POSTGRES_URL: 'postgres://database.example.com/sluice', POSTGRES_PASSWORD: secret },
      /POSTGRES_PASSWORD would be sent to postgres:\/\/database\.example\.com\/sluice without TLS/,
    ],
  ],
  'sources/iot': [
    [
      { MQTT_URL: 'mqtt://mqtt.example.com', MQTT_USERNAME: 'app', MQTT_PASSWORD: secret },
      /MQTT_PASSWORD would be sent to mqtt:\/\/mqtt\.example\.com without TLS/,
    ],
    [
      { MQTT_URL: 'ws://mqtt.example.com', MQTT_USERNAME: 'app', MQTT_PASSWORD: secret },
      /MQTT_PASSWORD would be sent to ws:\/\/mqtt\.example\.com without TLS/,
    ],
  ],
  'sources/bucket-files': [[{ BUCKET_FILES_FROM: '/var/log', BUCKET_FILES_TOPIC: 'event-rates' }, /./]],
  'sources/tweets': [
    [{ X_API_URL: 'http://api.example.com/2', X_BEARER_TOKEN: secret }, /X_API_URL must begin with https:\/\//],
  ],
};

const apps = ['sources', 'processors', 'sinks'].flatMap((kind) =>
  readdirSync(join(root, 'apps', kind)).map((name) => `${kind}/${name}`),
);
const cases = apps.flatMap((app) =>
  (more[app] ?? [[{}, /./] as const]).map(([own, refused]) => ({ app, own, refused })),
);

/** @returns the exit code and everything that was written */
async function start(folder: string, environment: Record<string, string>, args: readonly string[] = []) {
  const child = spawn(process.execPath, [join(root, 'apps', folder, 'src/main.ts'), ...args], {
    // Nothing from the environment of the test run.
    env: { PATH: process.env['PATH'] ?? '', TELEMETRY_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[code], ...written] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { code: code as unknown, written: written.join('') };
}

describe.concurrent.each(cases)('$app with $own', { timeout: 120_000 }, ({ app, own, refused }) => {
  it('refuses to start, and names each of the credentials, never their value', async () => {
    const { code, written } = await start(app, { ...kafka, ...registry, ...own });
    expect(written).toContain('KAFKA_SASL_PASSWORD would be sent to broker.example.com:9092 without TLS');
    expect(written).toContain('SCHEMA_REGISTRY_PASSWORD would be sent to http://registry.example.com without TLS');
    expect(written).toMatch(refused);
    expect(written).not.toContain(secret);
    expect(code).toBe(2);
  });
});

it.each([
  [{ ...kafka, ...registry }, ['audit'], 'KAFKA_SASL_PASSWORD would be sent'],
  [
    { ELASTICSEARCH_URL: 'http://search.example.com', ELASTICSEARCH_API_KEY: secret },
    // Without a destination it asks Kafka first which there are.
    ['audit', '--destination', 'elasticsearch'],
    'ELASTICSEARCH_API_KEY would be sent',
  ],
  [{ ...kafka, ...registry }, ['dead-letters', 'list'], 'SCHEMA_REGISTRY_PASSWORD would be sent'],
])(
  'a command refuses as well: %#',
  { timeout: 120_000 },
  async (environment: Record<string, string>, args, refused) => {
    const { code, written } = await start('ops/cli', environment, args);
    expect(written).toContain(refused);
    expect(written).not.toContain(secret);
    expect(code).not.toBe(0);
  },
);
