import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '@sluice/config';
import {
  contracts,
  hostMetrics,
  iotEvent,
  iotReading,
  topicName,
  tweet,
  tweetGap,
  videoEvent,
} from '@sluice/contracts';
import { connectKafka, kafkaSettings, type KafkaClient } from '@sluice/kafka';
import { createLogger } from '@sluice/telemetry';
import { eventually, launchStack, startAppProcess, type AppProcess, type LaunchedStack } from '@sluice/testkit';
import { auditShortfalls, auditTopics, withoutBadReadings } from '../../harness/audit.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';
import { appServices } from '../../images/app-services.ts';
import { startAppInputs, type AppInputs } from '../../loads/app-inputs.ts';
import { hostMetricsLoad } from '../../loads/host-metrics-load.ts';
import { bundleApps, checkOut, previousCommit, type Bundles } from '../../rolling/bundles.ts';
import { pauseMeter } from '../../rolling/pause-meter.ts';

const rolling: Scenario = {
  sentence:
    "Under load, a sink's instances join and leave, and every app is restarted, upgraded from the previous release's bundle to this one, and back: nothing is lost or delivered twice, and the pause of each handover is printed.",
  run,
};
export default rolling;

const destinations = ['elasticsearch', 'gcs', 'bigquery'];
const readingsPerSecond = 500;
const metricsPerSecond = 1_000;
const restMs = 3_000;
const patienceMs = 120_000;
const scaled = 'sinks/elasticsearch';

/** What an app moves on: the offsets of its group in a topic, or the ends of the topic that it publishes to. */
const watchedTopics: Readonly<Record<string, string>> = {
  'sources/host-metrics': hostMetrics.topic,
  'sources/iot': iotReading.topic,
  'sources/tweets': tweet.topic,
  'sources/video-events': videoEvent.topic,
  'processors/iot-enrich': iotReading.topic,
  'processors/event-rates': iotReading.topic,
  'sinks/elasticsearch': iotEvent.topic,
  'sinks/gcs': iotEvent.topic,
  'sinks/bigquery': 'objects',
  'sinks/stdout': iotEvent.topic,
};

interface Fleet extends Pick<ScenarioContext, 'say' | 'signal' | 'folder'> {
  stack: LaunchedStack;
  inputs: AppInputs;
  kafka: KafkaClient;
  running: Map<string, AppProcess[]>;
  shortfalls: string[];
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { say, folder, signal } = context;
  const apps = (await appServices()).map(({ app }) => app).filter((app) => app in watchedTopics);
  const commit = await previousCommit();
  say(`bundling ${apps.length} apps, from here and from ${commit}`);
  const checkout = join(folder, 'previous');
  const removeCheckout = await checkOut(commit, checkout);
  let fleet: Fleet | undefined;
  try {
    const bundles = {
      now: await bundleApps(join(import.meta.dirname, '../../../../..'), apps),
      previous: await bundleApps(checkout, apps),
    };
    fleet = await startFleet(context);
    const running = fleet;
    for (const app of apps) await startInstance(running, app, bundles.previous);
    const rounds: (readonly [what: string, pauses: ReadonlyMap<string, number>])[] = [];
    const replace = async (what: string, next: Bundles) =>
      void rounds.push([what, await replaceAll(running, apps, next, what)]);
    await replace('upgraded', bundles.now);
    await replace('restarted', bundles.now);
    const load = await hostMetricsLoad(running.stack.environment, metricsPerSecond, signal);
    const scaling = await scaleOutAndIn(running, bundles.now);
    const killed = await killOne(running, bundles.now);
    const published = await load.stop();
    await replace('taken back', bundles.previous);
    const records = await auditAll(fleet, apps);
    return {
      counted: [
        ['previous release', commit],
        ['records', records],
        ['of which synthetic load', published],
        ...scaling,
        ...apps.map(
          (app) =>
            [
              basename(app),
              `longest pause ${rounds.map(([what, pauses]) => `${what} ${seconds(pauses.get(app))}`).join(', ')}`,
            ] as const,
        ),
        [`${basename(scaled)} after SIGKILL`, `longest pause ${seconds(killed)}`],
      ],
      shortfalls: fleet.shortfalls,
    };
  } finally {
    await Promise.all([...(fleet?.running.values() ?? [])].flat().map((one) => one.stop()));
    await fleet?.inputs.stop();
    await fleet?.kafka.disconnect();
    await fleet?.stack.stop();
    await removeCheckout();
  }
}

const seconds = (ms = 0): string => `${(ms / 1000).toFixed(1)} s`;

async function startFleet({ say, folder, signal }: ScenarioContext): Promise<Fleet> {
  say('starting the local servers');
  const stack = await launchStack({
    name: `scenario-${process.pid}`,
    only: ['kafka', 'registry', 'elasticsearch', 'gcs', 'bigquery'],
    quiet: true,
  });
  const logger = createLogger({ app: 'rolling', level: 'warn', format: 'json', to: 'stderr' });
  const config = loadConfig('rolling', kafkaSettings, stack.environment);
  const kafka = await connectKafka({ config, clientId: 'rolling', logger, signal });
  const inputs = await startAppInputs(folder, 100, signal);
  return { say, folder, signal, stack, inputs, kafka, running: new Map(), shortfalls: [] };
}

/** Starts one more instance of an app. @returns once it is ready */
async function startInstance(fleet: Fleet, app: string, bundles: Bundles): Promise<AppProcess> {
  const { stack, inputs, folder, running } = fleet;
  const program = bundles.get(app);
  const started = startAppProcess({
    folder: app,
    ...(program !== undefined && { program }),
    environment: {
      ...stack.environment,
      IOT_READINGS_PER_SECOND: String(readingsPerSecond),
      ...inputs.settingsOf(app),
    },
    logFile: join(folder, `${basename(app)}.log`),
  });
  running.set(app, [...(running.get(app) ?? []), started]);
  await eventually(async () => {
    const response = await fetch(`${await started.telemetryUrl}/ready`);
    if (!response.ok) throw new Error(`${app} is not ready: ${await response.text()}`);
  }, patienceMs);
  return started;
}

/** Ends the oldest instance of an app with SIGTERM. */
async function endOldest({ running, shortfalls }: Fleet, app: string): Promise<void> {
  const [oldest, ...others] = running.get(app) ?? [];
  running.set(app, others);
  const code = await oldest?.stop();
  if (code !== 0) shortfalls.push(`${app} ended with ${code} after SIGTERM`);
}

const groupOf = (app: string): string | undefined => (app.startsWith('sources/') ? undefined : basename(app));
const meterOf = ({ kafka }: Fleet, app: string) => pauseMeter(kafka, watchedTopics[app] ?? '', groupOf(app));

/** 1 → 2 → 4 → 2 → 1 instances. @returns a row for each step */
async function scaleOutAndIn(fleet: Fleet, bundles: Bundles): Promise<[string, string][]> {
  const { say, signal } = fleet;
  const meter = pauseMeter(fleet.kafka, hostMetrics.topic, groupOf(scaled));
  const rows: [string, string][] = [];
  for (const wanted of [2, 4, 2, 1]) {
    signal.throwIfAborted();
    const before = fleet.running.get(scaled)?.length ?? 0;
    const end = meter.measure();
    while ((fleet.running.get(scaled)?.length ?? 0) < wanted) await startInstance(fleet, scaled, bundles);
    while ((fleet.running.get(scaled)?.length ?? 0) > wanted) await endOldest(fleet, scaled);
    await delay(restMs, undefined, { signal });
    const pause = end();
    rows.push([`${basename(scaled)} from ${before} to ${wanted} instances`, `longest pause ${seconds(pause)}`]);
    say(`${before} → ${wanted} instances: a partition stood still for ${seconds(pause)} at most`);
  }
  await meter.stop();
  return rows;
}

/** Replaces each app: a source when it has ended, the others before. @returns the longest pause of each */
async function replaceAll(
  fleet: Fleet,
  apps: readonly string[],
  bundles: Bundles,
  what: string,
): Promise<Map<string, number>> {
  const pauses = new Map<string, number>();
  for (const app of apps) {
    fleet.signal.throwIfAborted();
    const meter = meterOf(fleet, app);
    await delay(500);
    const end = meter.measure();
    const isSource = app.startsWith('sources/');
    if (isSource) await endOldest(fleet, app);
    await startInstance(fleet, app, bundles);
    if (!isSource) await endOldest(fleet, app);
    await delay(restMs, undefined, { signal: fleet.signal });
    pauses.set(app, end());
    await meter.stop();
    fleet.say(`${app} ${what}: ${watchedTopics[app]} stood still for ${seconds(pauses.get(app))} at most`);
  }
  return pauses;
}

/** Kills one of two instances with SIGKILL. @returns the longest pause of a partition */
async function killOne(fleet: Fleet, bundles: Bundles): Promise<number> {
  await startInstance(fleet, scaled, bundles);
  const meter = pauseMeter(fleet.kafka, hostMetrics.topic, groupOf(scaled));
  await delay(restMs);
  const end = meter.measure();
  const [first, ...others] = fleet.running.get(scaled) ?? [];
  fleet.running.set(scaled, others);
  await first?.kill();
  await delay(25_000, undefined, { signal: fleet.signal });
  const pause = end();
  await meter.stop();
  fleet.say(`after SIGKILL a partition stood still for ${seconds(pause)} at most`);
  return pause;
}

/** Ends the sources, and audits what the others deliver. @returns how many records there were */
async function auditAll(fleet: Fleet, apps: readonly string[]): Promise<number> {
  const { say, stack, shortfalls } = fleet;
  say('ending the sources, and auditing');
  for (const app of apps.filter((one) => one.startsWith('sources/'))) await endOldest(fleet, app);
  const topics = contracts.map(topicName);
  const audits = (await auditTopics(stack.environment, topics, destinations, 240)).map(withoutBadReadings);
  for (const audit of audits) shortfalls.push(...auditShortfalls(audit));
  const delivered = audits.filter(({ destination }) => destination === 'elasticsearch');
  for (const { topic, totals } of delivered)
    if (totals.records === 0 && topic !== topicName(tweetGap)) shortfalls.push(`no record was published to ${topic}`);
  return delivered.reduce((sum, { totals }) => sum + totals.records, 0);
}
