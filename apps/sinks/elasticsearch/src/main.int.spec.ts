import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { server } from '@sluice/connector-elasticsearch/testing';
import { readDeadLetterHeaders, type DeadLetter, type KafkaRecord } from '@sluice/kafka';
import { deadLetterTopic, hostMetrics, indexName } from '@sluice/contracts';
import {
  eventually,
  httpProxy,
  serverAddresses,
  startAppProcess,
  type AppProcess,
  type HttpProxy,
} from '@sluice/testkit';
import { hostMetricsProducer, type HostMetricsProducer } from './testing/host-metrics-producer.ts';

const client = server();
/** Sets this run's events apart from those of others in the same topic and indices. */
const run = randomBytes(4).toString('hex');
const nowSecond = Math.floor(Date.now() / 1000);
const daySeconds = 86_400;
const seconds = (count: number, daysAgo = 1) =>
  Array.from({ length: count }, (_, n) => nowSecond - daysAgo * daySeconds - n);

let folder = '';
let producer: HostMetricsProducer;
const running: (AppProcess | HttpProxy)[] = [];

interface LogLine {
  level: string;
  msg: string;
  reason?: string;
}

const logFile = (name: string) => join(folder, `${name}.log`);
const logLines = (name: string): LogLine[] =>
  existsSync(logFile(name))
    ? readFileSync(logFile(name), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as LogLine)
    : [];

/** The app as a process, in a consumer group of its own. */
function startSink(name: string, environment: Record<string, string>): AppProcess {
  const app = startAppProcess({
    folder: 'sinks/elasticsearch',
    logFile: logFile(name),
    environment: {
      SINK_GROUP: `elasticsearch-${run}-${name}`,
      SINK_TOPICS: hostMetrics.topic,
      SINK_SESSION_TIMEOUT_MS: '6000',
      ELASTICSEARCH_REPLICAS: '0',
      ...environment,
    },
  });
  running.push(app);
  return app;
}

async function startProxy(options: Partial<Parameters<typeof httpProxy>[0]> = {}): Promise<HttpProxy> {
  const proxy = await httpProxy({ target: serverAddresses().elasticsearchUrl, ...options });
  running.push(proxy);
  return proxy;
}

/** The ids of all documents of hosts whose names begin so, in all indices. */
async function found(hosts: string): Promise<string[]> {
  await client.indices.refresh({ index: `${hostMetrics.topic}-*` });
  const query = { prefix: { host: hosts } };
  const { hits } = await client.search({ index: hostMetrics.topic, size: 10_000, _source: false, query });
  return hits.hits.map(({ _id = '' }) => _id).sort();
}

/** The dead letters of one host. */
async function deadLetters(host: string): Promise<{ record: KafkaRecord; letter: DeadLetter | undefined }[]> {
  const letters: { record: KafkaRecord; letter: DeadLetter | undefined }[] = [];
  await producer.kafka.read(
    deadLetterTopic(hostMetrics.topic),
    (record) => {
      if (record.key?.toString() === host) letters.push({ record, letter: readDeadLetterHeaders(record.headers) });
    },
    AbortSignal.timeout(30_000),
  );
  return letters;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'elasticsearch-sink-'));
  producer = await hostMetricsProducer();
});
afterEach(async () => {
  for (const one of running.splice(0)) await ('kill' in one ? one.kill() : one.close());
});
afterAll(async () => {
  await producer.close();
  await client.close();
  rmSync(folder, { recursive: true });
});

describe('the app', () => {
  it('delivers every event once, though it was killed while a request that the cluster had taken was unanswered', async () => {
    const hosts = Array.from({ length: 8 }, (_, n) => `${run}-crash-${n}`);
    const ids: string[] = [];
    for (const host of hosts) ids.push(...(await producer.produce(host, seconds(250))).map(({ id }) => id));

    let bulks = 0;
    const proxy = await startProxy({
      // The first requests are answered; those that follow are carried out, but nobody hears of it.
      async answering({ body }, forward) {
        const isLost = body.includes(`${run}-crash-`) && ++bulks > 4;
        const answer = await forward();
        return isLost ? 'silence' : answer;
      },
    });
    // Small batches: several partitions share a request, and most of the events are to be outstanding when the sink is killed.
    const sink = startSink('crash', { ELASTICSEARCH_URL: proxy.url, SINK_BATCH_RECORDS: '20' });
    await eventually(() => expect(bulks).toBeGreaterThan(4));
    const written = await eventually(async () => {
      const some = await found(`${run}-crash-`);
      expect(some.length).toBeGreaterThan(0);
      return some;
    });
    await sink.kill();
    expect(written.length).toBeLessThan(ids.length);

    const again = startSink('crash', {});
    await eventually(async () => expect(await found(`${run}-crash-`)).toEqual(ids.toSorted()), 40_000, 500);
    expect(await again.stop()).toBe(0);
  });

  it('waits for a cluster that is not there, says so once, and delivers when it comes', async () => {
    const closed = await httpProxy({ target: serverAddresses().elasticsearchUrl });
    await closed.close();
    const host = `${run}-late`;
    const produced = await producer.produce(host, seconds(20));
    const sink = startSink('late', { ELASTICSEARCH_URL: closed.url });
    const ready = `${await sink.telemetryUrl}/ready`;
    await eventually(async () => {
      const response = await fetch(ready);
      expect(response.status).toBe(503);
      expect(logLines('late').some(({ msg }) => msg === 'waiting for the destination')).toBe(true);
    });
    await startProxy({ port: closed.port });
    await eventually(async () => expect(await found(host)).toHaveLength(produced.length));
    await eventually(async () => expect((await fetch(ready)).status).toBe(200));
    const lines = logLines('late').filter(({ msg }) => msg.includes('the destination'));
    expect(lines.map(({ level, msg }) => `${level}: ${msg}`)).toEqual([
      'warn: waiting for the destination',
      'info: no longer waiting for the destination',
    ]);
    expect(lines[0]?.reason).toContain('ECONNREFUSED');
    expect(await deadLetters(host)).toEqual([]);
  });

  it('puts an event that the index refuses, also without the value, into the dead letters, byte for byte, and delivers the others', async () => {
    const host = `${run}-refused`;
    // An index that somebody made, which takes neither the value nor what was moved aside; on a day that no other run has events of.
    const daysAgo = randomInt(100, 9000);
    const index = indexName(hostMetrics)((nowSecond - daysAgo * daySeconds) * 1000);
    const properties = { interval_ms: { properties: { min: { type: 'long' } } }, _sluice: { type: 'long' } } as const;
    await client.indices.create({ index, mappings: { properties } });
    try {
      const [refused] = await producer.produce(host, seconds(1, daysAgo));
      const taken = await producer.produce(host, seconds(10));
      startSink('refused', {});
      await eventually(async () => expect(await found(host)).toEqual(taken.map(({ id }) => id).sort()));
      const letters = await eventually(async () => {
        const read = await deadLetters(host);
        expect(read).toHaveLength(1);
        return read;
      });
      const [{ record, letter } = { record: undefined, letter: undefined }] = letters;
      expect(record?.value).toEqual(refused?.value);
      expect(record?.headers['sluice-id']?.toString()).toBe(refused?.id);
      expect(letter).toMatchObject({
        topic: hostMetrics.topic,
        reason: 'document_parsing_exception (400): the field _sluice is of type long and does not take the value',
        attempts: 1,
      });
    } finally {
      await client.indices.delete({ index });
    }
  });

  it('ends with 2 and all mistakes in sentences when its settings are wrong', async () => {
    const main = join(import.meta.dirname, 'main.ts');
    const environment = {
      PATH: process.env['PATH'],
      ELASTICSEARCH_URL: 'localhost:9200',
      ELASTICSEARCH_REPLICAS: 'two',
      ELASTICSEARCH_CA_FILE: '/no/such/file.pem',
      ELASTICSEARCH_APIKEY: 'hunter2',
      SINK_TOPICS: 'tweets,tweets.dlq',
    };
    const outcome = await promisify(execFile)(process.execPath, [main], { env: environment }).catch(
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    const [first, ...lines] = outcome.stderr.trimEnd().split('\n');
    expect(lines.pop()).toMatch(/^More: .*wrong-setting/);
    expect(first).toBe('elasticsearch cannot start: 5 settings to fix in the environment.');
    expect(lines.map((line) => line.trim().split(' ')[0]).sort()).toEqual([
      'ELASTICSEARCH_APIKEY',
      'ELASTICSEARCH_CA_FILE',
      'ELASTICSEARCH_REPLICAS',
      'ELASTICSEARCH_URL',
      'SINK_TOPICS',
    ]);
    expect(outcome.stderr).not.toMatch(/^\s+at |hunter2/m);
  });
});
