import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outgoingEvent, type EventProducer } from '@sluice/kafka';
import { testKafka, type TestKafka } from '@sluice/kafka/testing';
import { eventRate, iotEvent, type EventRate, type IotEvent } from '@sluice/contracts';
import { createCodec, prefixBytes } from '@sluice/schema-registry';
import { loadConfig } from '@sluice/config';
import { runCollectingProcessor, topicOutput } from '@sluice/processor';
import { processorConformance } from '@sluice/processor/testing';
import { eventually, serverAddresses, startAppProcess, type AppProcess } from '@sluice/testkit';
import { eventRatesSettings } from './config.ts';
import { eventRates } from './event-rates.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';

const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
const codec = createCodec({ url: schemaRegistryUrl });
/** Others write to the same topics: this run's events are those of its device. */
const device = `device-${randomUUID()}`;
const minute = Math.floor(Date.now() / 60_000) * 60_000 - 10 * 60_000;
const folder = mkdtempSync(join(tmpdir(), 'event-rates-'));

/** Longer than a minute, for an app that starts so slowly that it misses its first moment. */
const patienceMs = 90_000;

let kafka: TestKafka;
let producer: EventProducer;
const apps: AppProcess[] = [];

/** Its rows are published so long from now, and then again every minute. */
const start = (publishesInMs: number): AppProcess => {
  const app = startAppProcess({
    folder: 'processors/event-rates',
    environment: {
      PROCESSOR_TOPICS: iotEvent.topic,
      PROCESSOR_GROUP: `event-rates-${device}`,
      PROCESSOR_SESSION_TIMEOUT_MS: '6000',
      EVENT_RATES_LATENESS_MS: String((Date.now() + publishesInMs) % 60_000),
    },
    logFile: join(folder, 'event-rates.log'),
  });
  apps.push(app);
  return app;
};

const reading = (timeMs: number, celsius: number): IotEvent => ({
  uuid: randomUUID(),
  device_ts: new Date(timeMs),
  device_id: device,
  device_temp: Math.trunc(celsius),
  track_id: 1,
  activity_type: 1,
  temp_celsius: celsius,
  temp_fahrenheit: celsius * 1.8 + 32,
  received: new Date(),
});

async function send(temperatures: readonly (readonly [timeMs: number, celsius: number])[]): Promise<void> {
  const encoder = await codec.encoder(iotEvent);
  const records = temperatures.map(([timeMs, celsius]) =>
    outgoingEvent({ value: reading(timeMs, celsius) }, iotEvent, encoder, Date.now()),
  );
  await producer.send(iotEvent.topic, records);
}

/** The rows of this run's device. */
async function rows(): Promise<EventRate[]> {
  const found: EventRate[] = [];
  for (const { value } of await kafka.records(eventRate.topic)) {
    if (value === null) throw new Error('a row without a value');
    const row = (await codec.fetchSchema(value)).decode(value.subarray(prefixBytes), eventRate) as EventRate;
    if (row.subject === device) found.push(row);
  }
  return found;
}

/** What the rows add up to, by minute after the first. */
const totals = (found: readonly EventRate[]) =>
  [...Map.groupBy(found, (row) => (row.minute.getTime() - minute) / 60_000)]
    .map(([after, some]) => ({
      after,
      count: some.reduce((sum, { count }) => sum + count, 0),
      sum: some.reduce((sum, row) => sum + (row.sum ?? NaN), 0),
    }))
    .sort((a, b) => a.after - b.after);

const collected = async (app: AppProcess): Promise<number> => {
  const text = await (await fetch(`${await app.telemetryUrl}/metrics`)).text();
  return Number(/^processor_unit_bytes\{.*\} (\d+)$/m.exec(text)?.[1] ?? 0);
};

beforeAll(async () => {
  kafka = await testKafka(kafkaBrokers);
  await kafka.ensureTopics([iotEvent.topic, eventRate.topic], { signal: AbortSignal.timeout(60_000) });
  producer = await kafka.producer();
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.kill()));
  await producer.disconnect();
  await kafka.disconnect();
  rmSync(folder, { recursive: true });
});

it('publishes each minute of a device, and counts nothing twice when it is killed on the way (G2)', async () => {
  await send([
    [minute, 20],
    [minute + 59_999, 21],
    [minute + 60_000, -5],
  ]);
  const killed = start(50_000);
  await eventually(async () => expect(await collected(killed)).toBeGreaterThan(0));
  await killed.kill();
  expect(await rows()).toEqual([]);

  const app = start(15_000);
  await eventually(
    async () =>
      expect(totals(await rows())).toEqual([
        { after: 0, count: 2, sum: 41 },
        { after: 1, count: 1, sum: -5 },
      ]),
    patienceMs,
  );
  const [row] = await rows();
  expect({ ...row }).toMatchObject({ measure: 'temp_celsius', average: 20.5, topic: 'iot-events', count: 2 });
  expect(await app.stop()).toBe(0);

  // One that comes late is counted in one more row.
  await send([[minute + 1, 10]]);
  start(15_000);
  await eventually(
    async () =>
      expect(totals(await rows())).toEqual([
        { after: 0, count: 3, sum: 51 },
        { after: 1, count: 1, sum: -5 },
      ]),
    patienceMs,
  );
  expect(await rows()).toHaveLength(3);
}, 300_000);

processorConformance<IotEvent, EventRate>({
  servers: { kafkaBrokers, schemaRegistryUrl },
  exempt: { brokenBytes: 'it decodes only topics that it measures, and counts the events of others as they are' },
  create: () => ({
    from: iotEvent,
    to: eventRate,
    event: (n, time) => reading(time.getTime(), n),
    stands: ({ measure, count }) => (measure === 'events' ? count : 0),
    run({ from, to }, environment, context) {
      const config = loadConfig('event-rates', eventRatesSettings, environment);
      // Its rows are published some seconds from now, and then again every minute.
      const sink = eventRates(topicOutput(to, config, context), (Date.now() + 9_000) % 60_000);
      return runCollectingProcessor({ sink, contracts: [from], config, context });
    },
  }),
});
