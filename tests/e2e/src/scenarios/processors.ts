import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '@sluice/config';
import { connectKafka, kafkaSettings, schemaRegistrySettings, type KafkaClient } from '@sluice/kafka';
import { eventId, eventRate, iotEvent, iotReading } from '@sluice/contracts';
import { createCodec, type Codec } from '@sluice/schema-registry';
import { createLogger } from '@sluice/telemetry';
import { launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { auditDestinations, auditShortfalls, type DestinationAudit } from '../harness/audit.ts';
import { enrichedReadings, temperatureKey, type EnrichedReadings } from '../read-back/enriched-readings.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../harness/scenario.ts';
import { readingsLoad, type ReadingsLoad } from '../loads/readings-load.ts';
import { syntheticReadings } from '../loads/synthetic-readings.ts';
import { eachEvent } from '../read-back/topic-events.ts';

const processors: Scenario = {
  sentence:
    'iot-enrich is killed 20 times and event-rates 5 times, under 10,000 readings per second: each reading is one event or one dead letter, the sums of event-rates are correct, and the audit of the events in objects is clean.',
  run,
};
export default processors;

const [enrichApp, ratesApp] = ['processors/iot-enrich', 'processors/event-rates'];
const kills = 20;
const perSecond = 10_000;
/** event-rates is killed with every so many kills of iot-enrich. */
const ratesEvery = 4;
/** Readings that a new process has to settle before it is killed. */
const between = 50_000;
/** How long a process may take to recover: the group notices a killed member only when its session expires. */
const patienceMs = 300_000;
/** The last objects are not complete, and need not wait for more. */
const smallWaits = { GCS_OBJECT_WAIT_MS: '2000', GCS_SMALL_OBJECT_WAIT_MS: '2000' };

async function run({ say, folder, signal }: ScenarioContext): Promise<ScenarioResult> {
  say('starting Kafka, the registry and the stand-in for Cloud Storage');
  const stack = await launchStack({ name: `scenario-${process.pid}`, only: ['kafka', 'registry', 'gcs'], quiet: true });
  const logger = createLogger({ app: 'scenario', level: 'warn', format: 'json', to: 'stderr' });
  const config = loadConfig('scenario', { ...kafkaSettings, ...schemaRegistrySettings }, stack.environment);
  const environment = {
    ...stack.environment,
    PROCESSOR_SESSION_TIMEOUT_MS: '6000',
    SINK_SESSION_TIMEOUT_MS: '6000',
  };
  const running = new Map<string, AppProcess>();
  const start = (app: string, settings: Record<string, string> = {}) => {
    const process = startAppProcess({
      folder: app,
      environment: { ...environment, ...settings },
      logFile: join(folder, `${basename(app)}.log`),
    });
    running.set(app, process);
  };
  const restart = async (app: string, settings?: Record<string, string>) => {
    await running.get(app)?.kill();
    start(app, settings);
  };
  let kafka: KafkaClient | undefined;
  let load: ReadingsLoad | undefined;
  try {
    const client = (kafka = await connectKafka({ config, clientId: 'scenario', logger, signal }));
    const access = { kafka: client, codec: createCodec({ url: config.SCHEMA_REGISTRY_URL }), signal };
    const settled = async (group: string, topic: string): Promise<number> => {
      const committed = await client.committedOffsets(group, topic);
      return [...committed.values()].reduce((sum, offset) => sum + Number(offset), 0);
    };
    const readings = syntheticReadings(Date.now(), perSecond);
    load = await readingsLoad(access, readings, perSecond);
    const topics = { PROCESSOR_TOPICS: `${iotReading.topic},${iotEvent.topic}` };
    start(enrichApp);
    start(ratesApp, topics);
    for (let kill = 1; kill <= kills; kill++) {
      const before = await settled('iot-enrich', iotReading.topic);
      await until(
        async () => (await settled('iot-enrich', iotReading.topic)) >= before + between,
        `iot-enrich did not settle ${between} readings`,
        signal,
      );
      const withRates = kill % ratesEvery === 0;
      await Promise.all([restart(enrichApp), ...(withRates ? [restart(ratesApp, topics)] : [])]);
      say(`kill ${kill}${withRates ? ', of both' : ''}: ${load.acknowledged.toLocaleString('en-US')} readings so far`);
    }
    await load.stop();
    const { acknowledged } = load;
    say('waiting until iot-enrich has settled them all');
    await until(
      async () => (await settled('iot-enrich', iotReading.topic)) >= acknowledged,
      'iot-enrich did not come to the end',
      signal,
    );
    say('reading the results');
    const enriched = await enrichedReadings(access, readings, acknowledged);
    say('waiting until event-rates has counted them all');
    await until(
      async () => {
        const committed = await client.committedOffsets('event-rates', iotEvent.topic);
        const isBehind = [...enriched.lastOffsets].some(([at, last]) => (committed.get(at) ?? 0n) <= last);
        return !isBehind && (await settled('event-rates', iotReading.topic)) >= acknowledged;
      },
      'event-rates did not come to the end',
      signal,
    );
    const rates = await countedRates(access, enriched);
    say('writing the events to objects, and auditing them');
    start('sinks/gcs', { SINK_TOPICS: iotEvent.topic, GCS_FORMAT: 'avro', ...smallWaits });
    const audits = await auditDestinations(environment, iotEvent.topic, ['gcs'], patienceMs / 1000);
    return result(acknowledged, enriched, rates, audits);
  } finally {
    await load?.stop().catch(() => {});
    await Promise.all([...running.values()].map((app) => app.stop()));
    await kafka?.disconnect();
    await stack.stop();
  }
}

/** @throws what did not happen, and the signal's reason when it is aborted */
async function until(holds: () => Promise<boolean>, otherwise: string, signal: AbortSignal): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error(`${otherwise} within ${patienceMs / 1000} seconds`);
    await delay(100, undefined, { signal });
  }
}

interface CountedRates {
  rows: number;
  readings: number;
  events: number;
  /** Rows with an id that another has. */
  twice: number;
  /** Minutes of a device whose count or sum is not that of its events. */
  differing: number;
}

async function countedRates(
  access: { kafka: KafkaClient; codec: Codec; signal: AbortSignal },
  { temperatures }: EnrichedReadings,
): Promise<CountedRates> {
  const ids = new Set<string | undefined>();
  const sums: EnrichedReadings['temperatures'] = new Map();
  const counted = { rows: 0, readings: 0, events: 0 };
  await eachEvent(access, eventRate, (row) => {
    counted.rows++;
    ids.add(eventId(eventRate, row));
    if (row.measure === 'temp_celsius') {
      const key = temperatureKey(row.minute.getTime(), row.subject);
      const before = sums.get(key) ?? { count: 0, sum: 0 };
      sums.set(key, { count: before.count + row.count, sum: before.sum + (row.sum ?? NaN) });
    } else if (row.subject === iotReading.topic) counted.readings += row.count;
    else counted.events += row.count;
  });
  const differing = [...new Set([...sums.keys(), ...temperatures.keys()])].filter((key) => {
    const [row, event] = [sums.get(key), temperatures.get(key)];
    return row?.count !== event?.count || row?.sum !== event?.sum;
  }).length;
  return { ...counted, twice: counted.rows - ids.size, differing };
}

function result(
  acknowledged: number,
  enriched: EnrichedReadings,
  rates: CountedRates,
  audits: readonly DestinationAudit[],
): ScenarioResult {
  const { events, deadLetters, lost, duplicates, wrong, temperatures } = enriched;
  const none = (count: number, what: string) => (count === 0 ? [] : [`${count} ${what}`]);
  return {
    counted: [
      ['readings that Kafka acknowledged', acknowledged],
      ['kills of iot-enrich', kills],
      ['events', events],
      ['dead letters', deadLetters],
      ['readings lost', lost],
      ['readings twice', duplicates],
      ['kills of event-rates', Math.floor(kills / ratesEvery)],
      ['rows of event-rates', rates.rows],
      ['  readings in them', rates.readings],
      ['  events in them', rates.events],
      ['minutes of a device', temperatures.size],
      ['  that differ in count or sum', rates.differing],
      ...audits.map(({ totals }): [string, number] => ['events in objects, by the audit', totals.delivered]),
    ],
    shortfalls: [
      ...none(lost, 'readings are lost'),
      ...none(duplicates, 'readings became more than one event'),
      ...none(wrong, 'events or dead letters do not match their reading'),
      ...audits.flatMap(auditShortfalls),
      ...none(rates.twice, 'rows have the id of another'),
      ...none(rates.differing, 'minutes of a device have another count or sum than their events'),
      ...(events + deadLetters === acknowledged
        ? []
        : ['the number of events and dead letters differs from that of readings']),
      ...(rates.readings === acknowledged ? [] : ['event-rates counted another number of readings']),
      ...(rates.events === events ? [] : ['event-rates counted another number of events']),
    ],
  };
}
