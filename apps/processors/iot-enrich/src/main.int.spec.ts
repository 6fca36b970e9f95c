import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outgoingEvent, readDeadLetterHeaders, type EventProducer } from '@sluice/kafka';
import { testKafka, type TestKafka } from '@sluice/kafka/testing';
import { deadLetterTopic, iotEvent, iotReading, type IotEvent, type IotReading } from '@sluice/contracts';
import { createCodec, prefixBytes, type Encoder } from '@sluice/schema-registry';
import { eventually, serverAddresses, startAppProcess, type AppProcess } from '@sluice/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';

const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
const codec = createCodec({ url: schemaRegistryUrl });
/** Others write to the same topics: this run's readings are known by their uuids. */
const run = randomUUID().slice(0, 8);
const uuid = (n: number) => `${run}-0000-4000-8000-${String(n).padStart(12, '0')}`;
const folder = mkdtempSync(join(tmpdir(), 'iot-enrich-'));

let kafka: TestKafka;
let producer: EventProducer;
let encoder: Encoder<IotReading>;
const apps: AppProcess[] = [];

const start = (): AppProcess => {
  const app = startAppProcess({
    folder: 'processors/iot-enrich',
    environment: { PROCESSOR_GROUP: `iot-enrich-${run}`, PROCESSOR_SESSION_TIMEOUT_MS: '6000' },
    logFile: join(folder, 'iot-enrich.log'),
  });
  apps.push(app);
  return app;
};

const reading = (n: number): IotReading => ({
  uuid: uuid(n),
  device_ts: String(Date.now()),
  device_id: `device-${run}`,
  device_temp: '-3.5',
  track_id: String(n),
  activity_type: '1',
  received: new Date(),
});

const send = (readings: readonly IotReading[]) =>
  producer.send(
    iotReading.topic,
    readings.map((value) => outgoingEvent({ value }, iotReading, encoder, Date.now())),
  );

const made = async (): Promise<IotEvent[]> => {
  const records = await kafka.records(iotEvent.topic);
  const own = records.filter(({ headers }) => String(headers['sluice-id']).startsWith(run));
  return Promise.all(
    own.map(async ({ value }) => {
      if (value === null) throw new Error('an event without a value');
      return (await codec.fetchSchema(value)).decode(value.subarray(prefixBytes), iotEvent) as IotEvent;
    }),
  );
};

beforeAll(async () => {
  kafka = await testKafka(kafkaBrokers);
  await kafka.ensureTopics([iotReading.topic, iotEvent.topic], { signal: AbortSignal.timeout(60_000) });
  producer = await kafka.producer();
  encoder = await codec.encoder(iotReading);
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.kill()));
  await producer.disconnect();
  await kafka.disconnect();
  rmSync(folder, { recursive: true });
});

it('makes an event of each reading, or a dead letter, once and also when it is killed on the way (G2)', async () => {
  const first = reading(0);
  const bad = { ...reading(1), track_id: 'secret', device_temp: '' };
  let app = start();
  await send([first, bad]);
  await eventually(async () => expect(await made()).toHaveLength(1));
  expect((await made()).map((event) => ({ ...event }))).toEqual([
    {
      ...first,
      device_ts: new Date(Number(first.device_ts)),
      device_temp: -3,
      track_id: 0,
      activity_type: 1,
      temp_celsius: -3.5,
      temp_fahrenheit: -3.5 * 1.8 + 32,
    },
  ]);

  for (let kill = 0; kill < 2; kill++) {
    const before = (await made()).length;
    await send(Array.from({ length: 500 }, (_, n) => reading(2 + kill * 500 + n)));
    await eventually(async () => expect((await made()).length).toBeGreaterThan(before));
    await app.kill();
    app = start();
  }
  await send([reading(1_002)]);
  await eventually(async () => expect(await made()).toHaveLength(1_002));
  expect(new Set((await made()).map((event) => event.uuid)).size).toBe(1_002);
  expect(await app.stop()).toBe(0);

  const deadLetters = (await kafka.records(deadLetterTopic(iotReading.topic)))
    .filter(({ headers }) => String(headers['sluice-id']).startsWith(run))
    .map(({ headers }) => readDeadLetterHeaders(headers))
    .filter((deadLetter) => deadLetter?.by === 'iot-enrich');
  expect(deadLetters.map((deadLetter) => deadLetter?.reason)).toEqual([
    'device_temp is not a decimal number from -273.15 to 1000; track_id is not a whole number of 32 bits',
  ]);
}, 120_000);
