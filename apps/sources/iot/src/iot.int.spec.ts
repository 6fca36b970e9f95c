import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { kafkaApi, kafkaProxy, uniqueName } from '@sluice/kafka/testing';
import { iotReading, type IotReading } from '@sluice/contracts';
import { sourceConformance, sourceRig, type Oddity } from '@sluice/source/testing';
import { eventually, launchStack, serverAddresses, type LaunchedStack } from '@sluice/testkit';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const rig = sourceRig('iot', iotReading);
let stack: LaunchedStack;
let url: string;

beforeAll(async () => {
  stack = await launchStack({ name: uniqueName('iot-mqtt'), only: ['mqtt'], quiet: true });
  url = stack.environment['MQTT_URL'] ?? '';
});
afterAll(() => stack.stop());

/** One run's devices, their topic and their session; readings are known by the run's name in their UUIDs. */
function devices() {
  const run = uniqueName('run');
  const environment = { MQTT_URL: url, MQTT_TOPIC: `${run}/+`, MQTT_CLIENT_ID: run };
  const message = (n: number) => ({ uuid: `${run}-${n}`, device_id: `device-${n % 7}`, device_temp: '21.5' });
  return {
    run,
    environment,
    message,
    async start(more: Record<string, string> = {}) {
      const started = rig.start({ ...environment, ...more });
      const telemetry = await started.telemetryUrl;
      await eventually(async () => expect((await fetch(`${telemetry}/ready`)).status).toBe(200));
      return started;
    },
    async client(): Promise<MqttClient> {
      const client = await connectAsync(url, { reconnectPeriod: 200 });
      rig.closing(() => client.endAsync(true));
      return client;
    },
    publish: (client: MqttClient, from: number, to: number) =>
      Promise.all(
        Array.from({ length: to - from }, (_, n) =>
          client.publishAsync(`${run}/d`, JSON.stringify(message(from + n)), { qos: 1 }),
        ),
      ),
    /** The numbers of this run's readings in Kafka, with repetitions, in ascending order. */
    async stored(): Promise<number[]> {
      const own = (await rig.events(run)).map(({ event }) => Number(event.uuid.slice(run.length + 1)));
      return own.toSorted((a, b) => a - b);
    },
  };
}
const numbers = (to: number) => Array.from({ length: to }, (_, n) => n);
const distinct = (all: readonly number[]) => [...new Set(all)];

const odd: Record<Oddity, Partial<IotReading>> = {
  unicode: { device_id: '아이돌 é \u{1F9A9} \u0000 \u202E' },
  'empty values': { device_ts: '', device_temp: '', track_id: '', activity_type: '' },
  'the year 1970': { device_ts: '1970-01-01T00:00:00Z' },
  'the year 2100': { device_ts: '2100-12-31T23:59:59.999Z' },
};

describe('iot with an MQTT broker', () => {
  sourceConformance({
    app: 'iot',
    contract: iotReading,
    async create() {
      const { run, environment, message, client } = devices();
      const device = await client();
      // The session exists from now on: the broker keeps for it what is published while the source does not run.
      const session = await connectAsync(url, { clientId: run, clean: false });
      await session.subscribeAsync(environment.MQTT_TOPIC, { qos: 1 });
      await session.endAsync();
      let count = 0;
      const send = async (fields: Partial<IotReading> = {}): Promise<Partial<IotReading>> => {
        const reading = { ...message(count++), ...fields };
        await device.publishAsync(`${run}/d`, JSON.stringify(reading), { qos: 1 });
        return reading;
      };
      return {
        mark: run,
        environment: { ...environment, MQTT_PROTOCOL: '3.1.1' },
        give: (wanted) => Promise.all(Array.from({ length: wanted }, () => send())),
        giveOdd: (oddity) => send(odd[oddity]),
        async giveMalformed() {
          const bytes = Buffer.from(`${run} is not JSON`);
          await device.publishAsync(`${run}/broken`, bytes, { qos: 1 });
          return { bytes, place: `MQTT topic ${run}/broken` };
        },
      };
    },
    exceptions: { 'no repetition': 'the broker sends again what was not acknowledged when the source was killed' },
  });

  it.each(['5', '3.1.1'])(
    'brings what devices publish to Kafka, and resumes its session (MQTT %s)',
    async (protocol) => {
      const { start, client: connectDevice, publish, stored } = devices();
      const client = await connectDevice();
      const first = await start({ MQTT_PROTOCOL: protocol });
      await publish(client, 0, 300);
      await eventually(async () => expect(await stored()).toEqual(numbers(300)));
      expect(await first.stop()).toBe(0);
      // Acknowledged before it stopped, and kept for it while it is away.
      await publish(client, 300, 1_800);
      await start({ MQTT_PROTOCOL: protocol });
      await eventually(async () => expect((await stored()).length).toBeGreaterThanOrEqual(1_800));
      expect(await stored()).toEqual(numbers(1_800));
    },
  );

  it('acknowledges a message only when Kafka has it: what was unacknowledged when it was killed comes again (G8)', async () => {
    const { run, start, client, publish, stored } = devices();
    const proxy = await kafkaProxy(serverAddresses().kafkaBrokers);
    rig.closing(() => proxy.close());
    let lost = 0;
    proxy.faultOf = (api, request) =>
      api === kafkaApi.produce && request.includes(run) && ++lost > 0 ? 'lose-request' : 'pass';
    const first = await start({ KAFKA_BROKERS: proxy.address, KAFKA_COMPRESSION: 'none' });
    await publish(await client(), 0, 500);
    await eventually(() => expect(lost).toBeGreaterThan(0));
    await first.kill();
    expect(await stored()).toEqual([]);
    await start();
    await eventually(async () => expect(distinct(await stored())).toEqual(numbers(500)));
  });

  it('continues with its session when the broker was restarted', async () => {
    const { start, client: connectDevice, publish, stored } = devices();
    const client = await connectDevice();
    await start();
    await publish(client, 0, 100);
    await stack.end('mqtt');
    const published = publish(client, 100, 400);
    await stack.restore('mqtt');
    await published;
    await eventually(async () => expect(distinct(await stored())).toEqual(numbers(400)));
  });

  it('stops with a sentence when the broker says that another client has come under its name', async () => {
    const { run, start } = devices();
    const sockets: Socket[] = [];
    const proxy = createServer((client) => {
      const broker = connect(Number(new URL(url).port), '127.0.0.1');
      client.on('error', () => broker.destroy()).pipe(broker);
      broker.on('error', () => client.destroy()).pipe(client);
      sockets.push(client);
    }).listen(0, '127.0.0.1');
    rig.closing(() => proxy.close());
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const first = await start({ MQTT_URL: `mqtt://127.0.0.1:${port}` });
    // DISCONNECT with reason 0x8E, session taken over, which Mosquitto itself does not send in all versions.
    sockets.at(-1)?.end(Buffer.from([0xe0, 2, 0x8e, 0]));
    expect(await first.exited).toBe(1);
    const end =
      rig
        .log()
        .trimEnd()
        .split('\n')
        .findLast((line) => line.includes(run)) ?? '';
    expect(JSON.parse(end)).toMatchObject({ level: 'fatal', msg: expect.stringContaining('its own MQTT_CLIENT_ID') });
    expect(end).not.toContain('"stack"');
  });
});

describe('iot with a simulated fleet', () => {
  it('publishes each reading of its simulated fleet once, also when it is killed', async () => {
    const truth = join(rig.folder, 'truth.jsonl');
    const instance = uniqueName('fleet');
    const seed = String(Math.floor(Math.random() * 1e9));
    const start = () =>
      rig.start({
        SOURCE_INSTANCE: instance,
        IOT_SEED: seed,
        IOT_READINGS_PER_SECOND: '4000',
        IOT_DEVICES: '200',
        IOT_MEASUREMENTS: '30000',
        IOT_TRUTH_FILE: truth,
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
      const ids = (await rig.kafka.records(iotReading.topic)).map(({ headers }) => String(headers['sluice-id']));
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
