import { join } from 'node:path';
import {
  deadLetterTopic,
  hostMetrics,
  iotEvent,
  iotReading,
  topicName,
  tweet,
  videoEvent,
  type EventContract,
} from '@sluice/contracts';
import { workspaceRoot } from '../../workspace-root.ts';

/** An app that `start` runs. */
export interface FlowApp {
  name: string;
  role: 'source' | 'processor' | 'sink';
  /** Its folder under `apps/`. */
  folder: string;
  /** Settings that suit one machine; the user's own environment overrides them. */
  environment: Readonly<Record<string, string>>;
  /** The events that it publishes within seconds. */
  produces?: EventContract;
  /** Settings without which it is not run: the addresses of servers that it would otherwise look for at Google. */
  requires: readonly string[];
  simulation?: SimulationOptions;
  /** It collects records on purpose, so that it lags without being late: for `ms` plus the longest of these settings. */
  gathers?: { ms: number; settings: readonly string[] };
  /** Bad input that is simulated too, as in the real world. */
  badInput?: BadInput;
}

/** How an app gets simulated events. */
interface SimulationOptions {
  /** The setting that says where the real events are. */
  skipIfSet: string;
  /** The program that generates the input; absent where the app simulates it itself. */
  input?: SyntheticInput;
}

/** Simulated input that becomes dead letters, on purpose. */
interface BadInput {
  /** Without a full stop. */
  sentence: string;
  /** The topic where it ends up. Its records are counted, not reported one by one. */
  deadLetters: string;
  /** The setting that turns it off with `false`. */
  setting: string;
}

/** A program that generates what a source reads, as long as the source runs. In its settings `{port}` stands for a free port. */
export interface SyntheticInput {
  /** Under `apps/`. */
  program: string;
  args: readonly string[];
  /** Its own settings. */
  settings?: Readonly<Record<string, string>>;
  /** Settings that make the source read it. */
  overrides?: Readonly<Record<string, string>>;
}

const simulatorCertificate = join(workspaceRoot, '.sluice/x-simulator/certificate.pem');

/** `npx nx run video-events:generate` writes there too. */
const playerFolder = join(workspaceRoot, '.sluice/video-player');

/**
 * People work on this machine too: apps, and the servers with them, wake up twice a second instead of ten times. Their ports are on
 * loopback, so `sluice tap` may show records.
 */
const onOneMachine = { LINGER_MS: '500', TELEMETRY_TAP: 'true' };

/** What runs on `npm start`, in the order in which it is shown: events flow downwards. */
export const flowApps: readonly FlowApp[] = appsOnOneMachine([
  {
    name: 'host-metrics',
    role: 'source',
    folder: 'sources/host-metrics',
    environment: {},
    requires: [],
    produces: hostMetrics,
  },
  {
    name: 'tweets',
    role: 'source',
    folder: 'sources/tweets',
    produces: tweet,
    environment: {},
    requires: [],
    simulation: {
      skipIfSet: 'X_BEARER_TOKEN',
      input: {
        program: 'ops/x-simulator/src/main.ts',
        args: [],
        settings: { SIMULATOR_PORT: '{port}', SIMULATOR_CERTIFICATE_FILE: simulatorCertificate, LOG_LEVEL: 'warn' },
        overrides: {
          X_BEARER_TOKEN: 'synthetic',
          X_API_URL: 'https://localhost:{port}/2',
          X_CA_FILE: simulatorCertificate,
        },
      },
    },
  },
  {
    name: 'video-events',
    role: 'source',
    folder: 'sources/video-events',
    produces: videoEvent,
    environment: { VIDEO_EVENTS_FILES: join(playerFolder, '**/*.log*') },
    requires: [],
    simulation: {
      skipIfSet: 'VIDEO_EVENTS_FILES',
      input: {
        program: 'sources/video-events/src/generate/main.ts',
        // Not the folder that `generate` writes to by default: two programs cannot rotate one file.
        args: ['--folder', join(playerFolder, 'live'), '--events=0', '--rate=5', '--rotate-lines=500', '--keep=3'],
      },
    },
  },
  {
    name: 'iot',
    role: 'source',
    folder: 'sources/iot',
    environment: {},
    requires: [],
    produces: iotReading,
    simulation: { skipIfSet: 'MQTT_URL' },
    badInput: {
      sentence: 'The simulated devices send bad readings on purpose',
      deadLetters: deadLetterTopic(topicName(iotReading)),
      setting: 'IOT_TROUBLE',
    },
  },
  {
    name: 'iot-enrich',
    role: 'processor',
    folder: 'processors/iot-enrich',
    environment: {},
    requires: [],
    produces: iotEvent,
  },
  {
    name: 'event-rates',
    role: 'processor',
    folder: 'processors/event-rates',
    environment: {},
    requires: [],
    // A whole minute at a time.
    gathers: { ms: 60_000, settings: ['EVENT_RATES_LATENESS_MS'] },
  },
  // One local node has nowhere to put a replica.
  {
    name: 'elasticsearch',
    role: 'sink',
    folder: 'sinks/elasticsearch',
    environment: { ELASTICSEARCH_REPLICAS: '0', ELASTICSEARCH_REFRESH_INTERVAL_MS: '2000' },
    requires: [],
  },
  // For a person who watches, small objects soon are better than large ones later.
  {
    name: 'gcs',
    role: 'sink',
    folder: 'sinks/gcs',
    environment: { GCS_OBJECT_WAIT_MS: '5000', GCS_SMALL_OBJECT_WAIT_MS: '5000' },
    requires: ['GCS_ENDPOINT'],
    gathers: { ms: 0, settings: ['GCS_OBJECT_WAIT_MS', 'GCS_SMALL_OBJECT_WAIT_MS'] },
  },
  // The stand-in has one project and no quota.
  {
    name: 'bigquery',
    role: 'sink',
    folder: 'sinks/bigquery',
    environment: {
      BIGQUERY_PROJECT: 'local',
      // A load costs the stand-in a tenth of a second, however small it is.
      BIGQUERY_GATHER_MS: '15000',
      BIGQUERY_LOADS_PER_DAY: '1000000',
      BIGQUERY_LOADS_BURST: '1000',
    },
    requires: ['GCS_ENDPOINT', 'BIGQUERY_ENDPOINT'],
  },
]);

function appsOnOneMachine(apps: readonly FlowApp[]): FlowApp[] {
  return apps.map((app) => ({ ...app, environment: { ...onOneMachine, ...app.environment } }));
}

/** How long an app collects records on purpose. */
export function gathersMs({ gathers, environment: own }: FlowApp, environment: NodeJS.ProcessEnv): number {
  if (gathers === undefined) return 0;
  // The app itself refuses what is not a number.
  const values = gathers.settings.map((name) => Number(environment[name] ?? own[name]) || 0);
  return gathers.ms + Math.max(0, ...values);
}

/** The environment with the settings of all flow apps under it, for commands that look at the flow from outside. */
export const flowEnvironment = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.assign({}, ...flowApps.map((app) => app.environment)),
  ...environment,
});
