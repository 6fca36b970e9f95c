import { basename, join } from 'node:path';
import { loadConfig } from '@sluice/config';
import { hostMetrics, iotEvent, iotReading, storedObject, tweet, videoEvent } from '@sluice/contracts';
import { connectKafka, kafkaSettings, type KafkaClient } from '@sluice/kafka';
import { createLogger } from '@sluice/telemetry';
import { eventually, launchStack, startAppProcess, type AppProcess, type LaunchedStack } from '@sluice/testkit';
import type { ScenarioContext } from '../harness/scenario.ts';
import { startAppInputs, type AppInputs } from '../loads/app-inputs.ts';
import type { Bundles } from './bundles.ts';
import { pauseMeter, type PauseMeter } from './pause-meter.ts';

/** The sink whose instances join and leave. */
export const scaled = 'sinks/elasticsearch';

/** What an app moves on: the offsets of its group in a topic, or the ends of the topic that it publishes to. */
const watchedTopics: Readonly<Record<string, string>> = {
  'sources/bucket-files': 'cursors.bucket-files',
  'sources/host-metrics': hostMetrics.topic,
  'sources/iot': iotReading.topic,
  'sources/tweets': tweet.topic,
  'sources/video-events': videoEvent.topic,
  'processors/iot-enrich': iotReading.topic,
  'processors/event-rates': iotReading.topic,
  'sinks/elasticsearch': iotEvent.topic,
  'sinks/opensearch': iotEvent.topic,
  'sinks/postgres': iotEvent.topic,
  'sinks/gcs': iotEvent.topic,
  'sinks/s3': iotEvent.topic,
  'sinks/bigquery': storedObject.topic,
  'sinks/stdout': iotEvent.topic,
};

/** json-lines is missing: it ends by itself at the end of its file. */
export const rollingApps = Object.keys(watchedTopics);

const readingsPerSecond = 300;
/** The log of a player ends at 10,000 lines, which must last for the whole scenario. */
const playerLinesPerSecond = 8;
const patienceMs = 120_000;

/** All apps under load, on servers of their own. */
export interface Fleet extends Pick<ScenarioContext, 'say' | 'signal' | 'folder'> {
  readonly stack: LaunchedStack;
  readonly inputs: AppInputs;
  readonly kafka: KafkaClient;
  /** The instances of each app, the oldest first. */
  readonly running: Map<string, AppProcess[]>;
  /** Where the scenario fell short of the promises so far. */
  readonly shortfalls: string[];
  stop(): Promise<void>;
}

/** Starts the servers and what the sources read; no app yet. */
export async function startFleet({ say, folder, signal }: ScenarioContext): Promise<Fleet> {
  say('starting the local servers');
  const stack = await launchStack({
    name: `scenario-${process.pid}`,
    only: ['kafka', 'registry', 'elasticsearch', 'gcs', 'bigquery', 's3', 'opensearch', 'postgres'],
    quiet: true,
  });
  const logger = createLogger({ app: 'rolling', level: 'warn', format: 'json', to: 'stderr' });
  const config = loadConfig('rolling', kafkaSettings, stack.environment);
  const kafka = await connectKafka({ config, clientId: 'rolling', logger, signal });
  const inputs = await startAppInputs(folder, playerLinesPerSecond, signal);
  const running = new Map<string, AppProcess[]>();
  return {
    ...{ say, folder, signal, stack, inputs, kafka, running, shortfalls: [] },
    async stop() {
      await Promise.all([...running.values()].flat().map((one) => one.stop()));
      await inputs.stop();
      await kafka.disconnect();
      await stack.stop();
    },
  };
}

/** Starts one more instance of an app. @returns once it is ready */
export async function startInstance(fleet: Fleet, app: string, bundles: Bundles): Promise<AppProcess> {
  const { stack, inputs, folder, running } = fleet;
  const program = bundles.get(app);
  if (program === undefined) throw new Error(`${app} has no bundle`);
  const started = startAppProcess({
    folder: app,
    program,
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
export async function endOldest({ running, shortfalls }: Fleet, app: string): Promise<void> {
  const [oldest, ...others] = running.get(app) ?? [];
  if (oldest === undefined) return;
  running.set(app, others);
  const code = await oldest.stop();
  if (code !== 0) shortfalls.push(`${app} ended with ${code} after SIGTERM`);
}

/** Kills the oldest instance of an app with SIGKILL. */
export async function killOldest({ running }: Fleet, app: string): Promise<void> {
  const [oldest, ...others] = running.get(app) ?? [];
  running.set(app, others);
  await oldest?.kill();
}

const isSource = (app: string): boolean => app.startsWith('sources/');

/** Watches how an app moves on, in the topic that says most about it or in another one. */
export const meterOf = ({ kafka }: Fleet, app: string, topic = watchedTopics[app] ?? ''): PauseMeter =>
  pauseMeter(kafka, topic, isSource(app) ? undefined : basename(app));

/** Replaces an app as a rolling update does: a source when it has ended, as there may be one only, the others before. */
export async function replaceApp(fleet: Fleet, app: string, bundles: Bundles): Promise<void> {
  if (isSource(app)) await endOldest(fleet, app);
  await startInstance(fleet, app, bundles);
  if (!isSource(app)) await endOldest(fleet, app);
}

/** Ends the sources, so that the topics end. */
export async function endSources(fleet: Fleet): Promise<void> {
  for (const app of rollingApps.filter(isSource)) await endOldest(fleet, app);
}
