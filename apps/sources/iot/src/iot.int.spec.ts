import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDeadLetterHeaders } from '@sluice/kafka';
import { kafkaApi, kafkaProxy, testKafka, uniqueName, type TestKafka } from '@sluice/kafka/testing';
import { deadLetterTopic, iotReading } from '@sluice/contracts';
import { eventually, launchStack, serverAddresses, startAppProcess, type LaunchedStack } from '@sluice/testkit';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
const folder = mkdtempSync(join(tmpdir(), 'iot-'));
const logFile = join(folder, 'iot.log');
const closing: (() => unknown)[] = [];

let kafka: TestKafka;
let stack: LaunchedStack;
let url: string;

beforeAll(async () => {
  kafka = await testKafka(kafkaBrokers);
  await kafka.ensureTopics([iotReading.topic, deadLetterTopic(iotReading.topic)], {
    signal: AbortSignal.timeout(60_000),
  });
  stack = await launchStack({ name: uniqueName('iot-mqtt'), only: ['mqtt'], quiet: true });
  url = stack.environment['MQTT_URL'] ?? '';
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});
afterAll(async () => {
  await stack.stop();
  await kafka.disconnect();
  rmSync(folder, { recursive: true });
});

/** One run's devices, their topic and their session; readings are known by the run's name in their UUIDs. */
function scene() {
  const run = randomUUID().slice(0, 8);
  const app = async (environment: Record<string, string> = {}) => {
    const started = startAppProcess({
      folder: 'sources/iot',
      environment: {
        KAFKA_BROKERS: kafkaBrokers,
        SCHEMA_REGISTRY_URL: schemaRegistryUrl,
        MQTT_URL: url,
        MQTT_TOPIC: `${run}/+`,
        MQTT_CLIENT_ID: run,
        ...environment,
      },
      logFile,
    });
    closing.push(() => started.kill());
    const telemetry = await started.telemetryUrl;
    await eventually(async () => expect((await fetch(`${telemetry}/ready`)).status).toBe(200));
    return started;
  };
  const devices = async (): Promise<MqttClient> => {
    const client = await connectAsync(url, { reconnectPeriod: 200 });
    closing.push(() => client.endAsync(true));
    return client;
  };
  const message = (n: number) =>
    JSON.stringify({ uuid: `${run}-${n}`, device_id: `device-${n % 7}`, device_temp: 21.5 });
  return {
    run,
    app,
    devices,
    publish: (client: MqttClient, from: number, to: number) =>
      Promise.all(
        Array.from({ length: to - from }, (_, n) => client.publishAsync(`${run}/d`, message(from + n), { qos: 1 })),
      ),
    /** The numbers of this run's readings in Kafka, with repetitions, in ascending order. */
    async stored(): Promise<number[]> {
      const ids = (await kafka.records(iotReading.topic)).map(({ headers }) => String(headers['sluice-id']));
      const own = ids.filter((id) => id.startsWith(run)).map((id) => Number(id.slice(run.length + 1)));
      return own.toSorted((a, b) => a - b);
    },
  };
}
const numbers = (to: number) => Array.from({ length: to }, (_, n) => n);
const distinct = (all: readonly number[]) => [...new Set(all)];

describe('iot with an MQTT broker', () => {
  it.each(['5', '3.1.1'])(
    'brings what devices publish to Kafka, and resumes its session (MQTT %s)',
    async (protocol) => {
      const { app, devices, publish, stored } = scene();
      const client = await devices();
      const first = await app({ MQTT_PROTOCOL: protocol });
      await publish(client, 0, 300);
      await eventually(async () => expect(await stored()).toEqual(numbers(300)));
      expect(await first.stop()).toBe(0);
      // Acknowledged before it stopped, and kept for it while it is away.
      await publish(client, 300, 1_800);
      await app({ MQTT_PROTOCOL: protocol });
      await eventually(async () => expect((await stored()).length).toBeGreaterThanOrEqual(1_800));
      expect(await stored()).toEqual(numbers(1_800));
    },
  );

  it('acknowledges a message only when Kafka has it: what was on its way when it was killed comes again (G8)', async () => {
    const { run, app, devices, publish, stored } = scene();
    const proxy = await kafkaProxy(kafkaBrokers);
    closing.push(() => proxy.close());
    let lost = 0;
    proxy.fate = (api, request) =>
      api === kafkaApi.produce && request.includes(run) && ++lost > 0 ? 'lose-request' : 'pass';
    const first = await app({ KAFKA_BROKERS: proxy.address, KAFKA_COMPRESSION: 'none' });
    await publish(await devices(), 0, 500);
    await eventually(() => expect(lost).toBeGreaterThan(0));
    await first.kill();
    expect(await stored()).toEqual([]);
    await app();
    await eventually(async () => expect(distinct(await stored())).toEqual(numbers(500)));
  });

  it('goes on when the broker was restarted, with its session', async () => {
    const { app, devices, publish, stored } = scene();
    const client = await devices();
    await app();
    await publish(client, 0, 100);
    await stack.end('mqtt');
    const published = publish(client, 100, 400);
    await stack.restore('mqtt');
    await published;
    await eventually(async () => expect(distinct(await stored())).toEqual(numbers(400)));
  });

  it('sends what is no reading to the dead letters, byte for byte', async () => {
    const { run, app, devices, publish, stored } = scene();
    const client = await devices();
    await app();
    await client.publishAsync(`${run}/broken`, `not a reading of ${run}`, { qos: 1 });
    await publish(client, 0, 1);
    await eventually(async () => expect(await stored()).toEqual([0]));
    const letters = await kafka.records(deadLetterTopic(iotReading.topic));
    const own = letters.filter(({ value }) => String(value) === `not a reading of ${run}`);
    expect(own.map(({ headers }) => readDeadLetterHeaders(headers))).toMatchObject([
      {
        by: 'iot',
        reason: 'the message cannot be read: it is not JSON',
        errorClass: 'unreadable',
        origin: `MQTT topic ${run}/broken`,
      },
    ]);
  });

  it('stops with a sentence when the broker says that another client has come under its name', async () => {
    const { run, app } = scene();
    const sockets: Socket[] = [];
    const proxy = createServer((client) => {
      const broker = connect(Number(new URL(url).port), '127.0.0.1');
      client.on('error', () => broker.destroy()).pipe(broker);
      broker.on('error', () => client.destroy()).pipe(client);
      sockets.push(client);
    }).listen(0, '127.0.0.1');
    closing.push(() => proxy.close());
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const first = await app({ MQTT_URL: `mqtt://127.0.0.1:${port}` });
    // DISCONNECT with reason 0x8E, session taken over, which Mosquitto itself does not send in all versions.
    sockets.at(-1)?.end(Buffer.from([0xe0, 2, 0x8e, 0]));
    expect(await first.exited).toBe(1);
    const end =
      readFileSync(logFile, 'utf8')
        .trimEnd()
        .split('\n')
        .findLast((line) => line.includes(run)) ?? '';
    expect(JSON.parse(end)).toMatchObject({ level: 'fatal', msg: expect.stringContaining('its own MQTT_CLIENT_ID') });
    expect(end).not.toContain('"stack"');
  });
});

describe('iot without one', () => {
  it('publishes each reading of its simulated fleet once, also when it is killed', async () => {
    const truth = join(folder, 'truth.jsonl');
    const instance = uniqueName('fleet');
    const seed = String(Math.floor(Math.random() * 1e9));
    const start = () =>
      startAppProcess({
        folder: 'sources/iot',
        environment: {
          KAFKA_BROKERS: kafkaBrokers,
          SCHEMA_REGISTRY_URL: schemaRegistryUrl,
          SOURCE_INSTANCE: instance,
          IOT_SEED: seed,
          IOT_READINGS_PER_SECOND: '4000',
          IOT_DEVICES: '200',
          IOT_MEASUREMENTS: '30000',
          IOT_TRUTH_FILE: truth,
        },
        logFile,
      });
    const lines = () => readFileSync(truth, 'utf8').trimEnd().split('\n');
    for (let kills = 0; kills < 2; kills++) {
      const app = start();
      const before = kills === 0 ? 0 : lines().length;
      await eventually(() => expect(lines().length).toBeGreaterThan(before + 5_000));
      await app.kill();
    }
    expect(await start().exited).toBe(0);
    // A line for each time that a reading was about to be sent; what was sent again after a kill has equal lines.
    const meant = Map.groupBy(lines(), (line) => line);
    const sentOf = new Map<string, number>();
    for (const line of meant.keys()) {
      const { uuid }: { uuid: string } = JSON.parse(line);
      sentOf.set(uuid, (sentOf.get(uuid) ?? 0) + 1);
    }
    const stored = async () => {
      const ids = (await kafka.records(iotReading.topic)).map(({ headers }) => String(headers['sluice-id']));
      return Map.groupBy(
        ids.filter((id) => sentOf.has(id)),
        (id) => id,
      );
    };
    await eventually(async () => expect((await stored()).size).toBe(sentOf.size));
    const found = await stored();
    const wrong = [...sentOf]
      .filter(([uuid, times]) => found.get(uuid)?.length !== times)
      .map(([uuid, times]) => [uuid, times, found.get(uuid)?.length]);
    expect(wrong, `seed ${seed}`).toEqual([]);
  }, 120_000);
});
