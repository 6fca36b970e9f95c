// An app whose server hangs reports what it waits for, and stops when asked to.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uniqueName } from '@sluice/kafka/testing';
import { eventually, hungServer, startAppProcess } from '@sluice/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';

/** Longer than the test may take: an app that ends earlier did not wait for its server's time limit. */
const never = '3600000';

interface Case {
  folder: string;
  /** The settings that lead to the hung server. */
  environment: (url: string) => Record<string, string>;
  what: RegExp;
}

const cases: readonly Case[] = [
  {
    folder: 'sinks/elasticsearch',
    environment: (url) => ({ ELASTICSEARCH_URL: url, ELASTICSEARCH_REQUEST_TIMEOUT_MS: never }),
    what: /waiting for the destination/,
  },
  {
    folder: 'sinks/gcs',
    environment: (url) => ({ GCS_ENDPOINT: url, GCS_BUCKET: uniqueName('bucket'), GCS_REQUEST_TIMEOUT_MS: never }),
    what: /waiting for Cloud Storage/,
  },
  {
    folder: 'sinks/bigquery',
    environment: (url) => ({
      BIGQUERY_ENDPOINT: url,
      BIGQUERY_PROJECT: 'local',
      BIGQUERY_REQUEST_TIMEOUT_MS: never,
    }),
    what: /waiting for BigQuery/,
  },
  {
    folder: 'sources/host-metrics',
    environment: (url) => ({ SCHEMA_REGISTRY_URL: url }),
    what: /waiting for the schema registry/,
  },
  {
    folder: 'processors/iot-enrich',
    environment: (url) => ({ KAFKA_BROKERS: url.replace('http://', '') }),
    what: /waiting for Kafka/,
  },
];

describe.each(cases)('$folder, whose server accepts connections and never answers', ({ folder, environment, what }) => {
  it('reports it in the log and in /ready, and ends at SIGTERM', { timeout: 120_000 }, async () => {
    const server = await hungServer();
    const logFile = join(mkdtempSync(join(tmpdir(), 'hung-')), 'log');
    const group = { SINK_GROUP: uniqueName('hung'), PROCESSOR_GROUP: uniqueName('hung') };
    const app = startAppProcess({
      folder,
      logFile,
      environment: { ...group, ...environment(`http://127.0.0.1:${server.port}`) },
    });
    onTestFinished(async () => {
      await app.kill();
      await server.close();
    });
    const ready = `${await app.telemetryUrl}/ready`;
    await eventually(async () => {
      const answer = await fetch(ready);
      expect(answer.status).toBe(503);
      expect(await answer.text()).toMatch(what);
    }, 60_000);
    await eventually(() => expect(readFileSync(logFile, 'utf8')).toMatch(what));
    expect(await app.stop()).toBe(0);
    const log = readFileSync(logFile, 'utf8');
    expect(log).toContain('"stopped"');
    expect(log).not.toContain('did not stop in time');
  });
});
