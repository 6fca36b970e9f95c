// What every client does with a server that accepts its connection and does not answer. Needs nothing but sockets of this process.
/* eslint-disable @nx/enforce-module-boundaries -- apps are not imported, but for their clients being compared here */
import { mqttDevices } from '../../../apps/sources/iot/src/mqtt/mqtt-devices.ts';
import { xApi } from '../../../apps/sources/tweets/src/x/x-api.ts';
/* eslint-enable @nx/enforce-module-boundaries */
import { s3Files } from '@sluice/connector-aws';
import { loadConfig } from '@sluice/config';
import { elasticsearchRules, elasticsearchSink, elasticsearchSinkSettings } from '@sluice/connector-elasticsearch';
import { bigquerySinkRules, bigquerySinkSettings, gcsSinkRules, gcsSinkSettings } from '@sluice/connector-google';
import { opensearchRules, opensearchSink, opensearchSinkSettings } from '@sluice/connector-opensearch';
import { postgresRules, postgresSink, postgresSinkSettings } from '@sluice/connector-postgres';
import { bigqueryClient, objectStore, prepareBucket, storageService } from '@sluice/connector-google/testing';
import { connectKafka, kafkaSettings } from '@sluice/kafka';
import { capturedLog, type LogLine } from '@sluice/kafka/testing';
import { iotReading } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { createHealth, retryForever, type Health, type Logger } from '@sluice/telemetry';
import { halfAnswer, hungServer } from '@sluice/testkit';
import { describe, expect, it, vi, type TestContext } from 'vitest';

interface Asking {
  host: string;
  /** How long an answer may take. */
  timeoutMs: number;
  signal: AbortSignal;
  logger: Logger;
  health: Health;
}

type Ask = (asking: Asking) => Promise<unknown>;

const storage = ({ host, timeoutMs, logger, health }: Asking) =>
  storageService(
    { GCS_ENDPOINT: `http://${host}`, GCS_SEND_CREDENTIALS: false },
    { scopes: [], timeoutMs, timeoutSetting: 'GCS_REQUEST_TIMEOUT_MS', context: { logger, health } },
  );
const gcsConfig = loadConfig('gcs', gcsSinkSettings, { GCS_BUCKET: 'bucket' }, gcsSinkRules);

const bigquery = ({ host, timeoutMs, logger, health }: Asking) =>
  bigqueryClient(
    loadConfig(
      'bigquery',
      bigquerySinkSettings,
      { BIGQUERY_PROJECT: 'local', BIGQUERY_ENDPOINT: `http://${host}` },
      bigquerySinkRules,
    ),
    { timeoutMs, timeoutSetting: 'BIGQUERY_REQUEST_TIMEOUT_MS', context: { logger, health } },
  );

async function openElasticsearch({ host, timeoutMs, signal, logger }: Asking): Promise<void> {
  const environment = {
    ELASTICSEARCH_URL: `http://${host}`,
    ELASTICSEARCH_REQUEST_TIMEOUT_MS: String(timeoutMs),
  };
  const config = loadConfig('elasticsearch', elasticsearchSinkSettings, environment, elasticsearchRules);
  const sink = elasticsearchSink(config, [iotReading], logger);
  await sink.open(signal).finally(() => sink.close());
}

async function openOpensearch({ host, timeoutMs, signal, logger }: Asking): Promise<void> {
  const environment = { OPENSEARCH_URL: `http://${host}`, OPENSEARCH_REQUEST_TIMEOUT_MS: String(timeoutMs) };
  const config = loadConfig('opensearch', opensearchSinkSettings, environment, opensearchRules);
  const sink = opensearchSink(config, [iotReading], logger);
  await sink.open(signal).finally(() => sink.close());
}

async function openPostgres({ host, timeoutMs, signal, logger }: Asking): Promise<void> {
  const environment = { POSTGRES_URL: `postgres://${host}/sluice`, POSTGRES_REQUEST_TIMEOUT_MS: String(timeoutMs) };
  const config = loadConfig('postgres', postgresSinkSettings, environment, postgresRules);
  const sink = postgresSink(config, [iotReading], { group: 'postgres', logger });
  await sink.open(signal).finally(() => sink.close());
}

const x = ({ host, timeoutMs, logger, health }: Asking) =>
  xApi({
    url: `https://${host}/2`,
    token: 'token',
    caFile: undefined,
    answerMs: timeoutMs,
    silenceMs: timeoutMs,
    logger,
    health,
  });

/** As its callers do, which wait for the registry and for Elasticsearch for as long as they take. */
const waitFor =
  (what: string, ask: Ask): Ask =>
  (asking) =>
    retryForever({ what, isFinal: () => true, ...asking }, () => ask(asking));

const clients: readonly [name: string, what: RegExp, ask: Ask, tooLate: RegExp][] = [
  [
    'the schema registry, read from',
    /the schema registry/,
    waitFor('the schema registry', ({ host, timeoutMs }) =>
      createCodec({ url: `http://${host}`, requestTimeoutMs: timeoutMs }).fetchSchema(Buffer.of(0, 0, 0, 0, 7, 0)),
    ),
    /the schema registry at http:\S+ does not answer/,
  ],
  [
    'the schema registry, written to',
    /the schema registry/,
    waitFor('the schema registry', ({ host, timeoutMs }) =>
      createCodec({ url: `http://${host}`, requestTimeoutMs: timeoutMs }).encoder(iotReading),
    ),
    /the schema registry at http:\S+ does not answer/,
  ],
  ['Elasticsearch', /the destination/, waitFor('the destination', openElasticsearch), /timed out|Body Timeout/],
  ['OpenSearch', /the destination/, waitFor('the destination', openOpensearch), /timed out/i],
  [
    'PostgreSQL',
    /the destination/,
    waitFor('the destination', openPostgres),
    /PostgreSQL did not answer within \d+ ms/,
  ],
  [
    'Cloud Storage, an object',
    /Cloud Storage/,
    (asking) => objectStore(storage(asking), 'bucket').find('object', asking.signal),
    /Cloud Storage at \S+ did not answer within GCS_REQUEST_TIMEOUT_MS/,
  ],
  [
    'Cloud Storage, the bucket',
    /Cloud Storage/,
    (asking) => prepareBucket(storage(asking), gcsConfig, { ...asking, project: async () => 'local' }),
    /Cloud Storage at \S+ did not answer within GCS_REQUEST_TIMEOUT_MS/,
  ],
  [
    'S3',
    /S3 at/,
    ({ host, timeoutMs, signal, logger, health }) =>
      s3Files(
        { S3_ENDPOINT: `http://${host}`, S3_REGION: 'us-east-1', S3_PATH_STYLE: undefined },
        { bucket: 'bucket', timeoutMs, timeoutSetting: 'S3_REQUEST_TIMEOUT_MS', context: { logger, health } },
      )
        .list('prefix/', signal)
        [Symbol.asyncIterator]()
        .next(),
    /S3 at \S+ did not answer within S3_REQUEST_TIMEOUT_MS/,
  ],
  [
    'BigQuery',
    /BigQuery/,
    (asking) => bigquery(asking).request({ path: '/jobs', signal: asking.signal }),
    /BigQuery at \S+ did not answer within BIGQUERY_REQUEST_TIMEOUT_MS/,
  ],
  [
    'BigQuery, with data',
    /BigQuery/,
    (asking) => bigquery(asking).upload({ job: {}, data: Buffer.alloc(1_000_000), signal: asking.signal }),
    /BigQuery at \S+ did not answer within BIGQUERY_REQUEST_TIMEOUT_MS/,
  ],
  ["X's rules", /X at https/, (asking) => x(asking).rules(asking.signal), /timed out|timeout/i],
  ["X's rules, changed", /X at https/, (asking) => x(asking).removeRules(['1'], asking.signal), /timed out|timeout/i],
  [
    "X's search",
    /X at https/,
    ({ signal, ...asking }) =>
      x({ signal, ...asking }).search({ query: 'q', sinceId: '1', untilId: '2', nextToken: undefined, signal }),
    /timed out|timeout/i,
  ],
  ["X's stream", /X at https/, (asking) => x(asking).stream(0, asking.signal), /no answer within/],
];

/** Which of the client's answers is missing: all of it, or its end. X speaks TLS, and PostgreSQL
 * no HTTP, so that they get no answer of it. */
const silences: readonly [name: string, answer: string][] = [
  ['never answers', ''],
  ['does not end its answer', halfAnswer],
];
const cases = silences.flatMap(([silence, answer]) =>
  clients
    .filter(([name]) => answer === '' || !/^(X|PostgreSQL)/.test(name))
    .map(([name, what, ask, tooLate]) => ({ name, silence, answer, what, ask, tooLate })),
);

/** @param finished of the test's own context: several run at the same time */
async function begin(ask: Ask, answer: string, timeoutMs: number, finished: TestContext['onTestFinished']) {
  const server = await hungServer(answer);
  const stop = new AbortController();
  finished(async () => {
    stop.abort();
    await server.close();
  });
  const { logger, lines } = capturedLog();
  const health = createHealth([]);
  const asked = ask({ host: `127.0.0.1:${server.port}`, timeoutMs, signal: stop.signal, logger, health });
  asked.catch(() => {});
  return { asked, stop, lines, health };
}

// AWS's client signs each request.
process.env['AWS_ACCESS_KEY_ID'] ??= 'key';
process.env['AWS_SECRET_ACCESS_KEY'] ??= 'secret';

/** Longer than the test may take: whatever ends earlier has another cause. */
const never = 3_600_000;
const warnings = (lines: readonly LogLine[]) =>
  lines.filter(({ level }) => level === 'warn').map(({ message }) => message);

describe.concurrent.each(cases)('$name that $silence', { timeout: 60_000 }, ({ answer, what, ask, tooLate }) => {
  it('is given up within its time limit', async ({ onTestFinished }) => {
    const { asked } = await begin(ask, answer, 1_000, onTestFinished);
    const error: unknown = await asked.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(descriptionOf(error)).toMatch(tooLate);
  });

  it('is waited for in the log and in /ready, and no longer once the process is to stop', async ({
    onTestFinished,
  }) => {
    const { asked, stop, lines, health } = await begin(ask, answer, never, onTestFinished);
    await vi.waitFor(
      () => expect(warnings(lines)).toContainEqual(expect.stringMatching(/^still waiting for /)),
      30_000,
    );
    expect(warnings(lines).join()).toMatch(what);
    expect(health.state.ready).toBe(false);
    expect(Object.keys(health.state.reasons).join()).toMatch(what);
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toThrow();
    expect(health.state.ready).toBe(true);
  });
});

/** With hidden properties: X's client wraps the cause. */
function descriptionOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const options = Object.getOwnPropertyDescriptor(error, '_options')?.value as { error?: unknown } | undefined;
  const inner = options?.error ?? error.cause;
  return `${error.message} ${inner instanceof Error ? inner.message : ''}`;
}

it(
  'Kafka that never answers is waited for in the log and in /ready, until the process is to stop',
  { timeout: 60_000 },
  async ({ onTestFinished }) => {
    const { asked, stop, lines, health } = await begin(
      ({ host, ...asking }) => {
        const config = loadConfig('test', kafkaSettings, { KAFKA_BROKERS: host });
        return connectKafka({ ...asking, config, clientId: 'test' });
      },
      '',
      never,
      onTestFinished,
    );
    await vi.waitFor(
      () => expect(warnings(lines)).toContainEqual(expect.stringMatching(/waiting for Kafka at/)),
      30_000,
    );
    expect(health.state.ready).toBe(false);
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  },
);

/** What an MQTT broker answers before it falls silent. */
const connack = '\u0020\u0003\u0000\u0000\u0000';

it.concurrent.for([
  ['the request to connect', '', /does not answer the request to connect/],
  ['a subscription', connack, /does not answer the subscription to devices/],
] as const)(
  'an MQTT broker that does not answer %s is named, and left when the process is to stop',
  { timeout: 60_000 },
  async ([, answer, reason], { onTestFinished }) => {
    const { asked, stop, lines, health } = await begin(
      async ({ host, signal, logger, health }) => {
        const devices = mqttDevices(
          { url: `mqtt://${host}`, topic: 'devices/+', clientId: 'c', protocol: '5', inFlight: 1, inFlightBytes: 1 },
          { logger, health, onDrop: () => {}, onSkip: () => {} },
        );
        for await (const item of devices.source.read({ signal, cursor: undefined })) expect(item).toBe('nothing');
        await devices.close();
      },
      answer,
      never,
      onTestFinished,
    );
    await vi.waitFor(() => expect(health.state.reasons['origin']).toMatch(reason), 30_000);
    expect(lines.map(({ fields }) => fields['reason'])).toContainEqual(expect.stringMatching(reason));
    // It keeps trying, and does not log that repeatedly.
    stop.abort();
    await asked;
  },
);
