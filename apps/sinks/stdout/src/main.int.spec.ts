import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '@sluice/config';
import {
  connectKafka,
  kafkaSettings,
  registryOptions,
  schemaRegistrySettings,
  type EventProducer,
  type KafkaClient,
} from '@sluice/kafka';
import { hostMetrics, type HostMetrics } from '@sluice/contracts';
import { createCodec, type Encoder } from '@sluice/schema-registry';
import { createLogger } from '@sluice/telemetry';
import { eventually, serverAddresses } from '@sluice/testkit';

const main = join(import.meta.dirname, 'main.ts');
/** Sets this run's events apart from those of others in the same topic. */
const host = `stdout-${randomBytes(4).toString('hex')}`;
const ended: (() => Promise<void>)[] = [];
let kafka: KafkaClient;
let producer: EventProducer;
let encoder: Encoder<HostMetrics>;

const event = (second: number): HostMetrics => ({
  host,
  time: new Date(second * 1000),
  interval_ms: 1000,
  cpu: null,
  kernel: null,
  load: { average_1m_tasks: 0.5, average_5m_tasks: 1, average_15m_tasks: 2 },
  memory: null,
  swap: null,
  filesystems: null,
  disks: null,
  network: null,
  processes: null,
  machine: null,
});

const produce = (...values: Buffer[]) =>
  producer.send(
    hostMetrics.topic,
    values.map((value) => ({ key: host, value })),
  );

/** The app as a process, with what it has printed so far. */
function startStdout(environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      SINK_TOPICS: hostMetrics.topic,
      SINK_GROUP: host,
      LINGER_MS: '10',
      LOG_FORMAT: 'json',
      ...environment,
    },
  });
  const output: string[] = [];
  const errors: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => output.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  const exited = once(child, 'close').then(([code]: (number | null)[]) => code);
  ended.push(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { child, output, errors, exited };
}

beforeAll(async () => {
  const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
  const config = loadConfig(
    'test',
    { ...kafkaSettings, ...schemaRegistrySettings },
    { KAFKA_BROKERS: kafkaBrokers, SCHEMA_REGISTRY_URL: schemaRegistryUrl },
  );
  const logger = createLogger({ app: 'test', level: 'fatal', format: 'json', to: 'stderr' });
  const signal = new AbortController().signal;
  kafka = await connectKafka({ config, clientId: 'test', logger, signal });
  await kafka.ensureTopics([hostMetrics.topic], { signal });
  producer = await kafka.producer();
  encoder = await createCodec(registryOptions(config)).encoder(hostMetrics);
});
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});
afterAll(async () => {
  await producer.disconnect();
  await kafka.disconnect();
});

describe('the app', () => {
  it('prints each event as one line of JSON, and logs only to standard error', async () => {
    const second = Math.floor(Date.now() / 1000);
    await produce(...[0, 1, 2].map((n) => encoder.encode(event(second + n))), Buffer.from('no event'));
    const { child, output, errors, exited } = startStdout();
    const own = () => output.filter((line) => line.includes(host));
    await eventually(() => expect(own()).toHaveLength(3));
    await produce(encoder.encode(event(second + 3)));
    await eventually(() => expect(own()).toHaveLength(4));
    child.kill('SIGTERM');
    expect(await exited).toBe(0);

    expect(own().map((line) => JSON.parse(line) as object)).toEqual(
      [0, 1, 2, 3].map((n) => ({ ...event(second + n), time: new Date((second + n) * 1000).toISOString() })),
    );
    // Others' events of the same topic are among them, but nothing else.
    for (const line of output) expect(JSON.parse(line)).toHaveProperty('interval_ms');
    const log = errors.map((line) => JSON.parse(line) as { app: string; msg: string });
    expect(log.every(({ app }) => app === 'stdout')).toBe(true);
    expect(log.map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(['started', 'joined the consumer group', 'records went to the dead letters', 'stopped']),
    );

    // The group has read them: another run of it prints none again.
    const again = startStdout();
    await produce(encoder.encode(event(second + 4)));
    await eventually(() => expect(again.output.some((line) => line.includes(host))).toBe(true));
    expect(again.output.filter((line) => line.includes(host))).toEqual([
      expect.stringContaining(new Date((second + 4) * 1000).toISOString()),
    ]);
  });

  it('ends with 2 and says what is wrong on standard error when a setting is', async () => {
    const { output, errors, exited } = startStdout({ SINK_BATCH_RECORDS: 'many', KAFKA_BROKERS: 'nowhere' });
    expect(await exited).toBe(2);
    expect(output).toEqual([]);
    expect(errors[0]).toBe('stdout cannot start: 2 settings to fix in the environment.');
    expect(errors.slice(1).map((line) => line.trim().split(' ')[0])).toEqual([
      ...['SINK_BATCH_RECORDS', 'KAFKA_BROKERS'],
      // The runbook.
      'More:',
    ]);
  });
});
