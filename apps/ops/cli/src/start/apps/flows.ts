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
} from '@sluice/schemas';
import { workspaceRoot } from '../../workspace-root.ts';

/** An app that `start` runs. */
export interface FlowApp {
  name: string;
  role: 'source' | 'processor' | 'sink';
  /** Its folder under `apps/`. */
  folder: string;
  /** Settings that suit one machine; the user's own environment wins. */
  environment: Readonly<Record<string, string>>;
  /** The events that it publishes within seconds. */
  makes?: EventContract;
  /** Addresses of servers without which it is not run: it would turn to Google's own. */
  needs: readonly string[];
  /** Its events are simulated where the user does not say by this variable where the real ones are. */
  simulatedUnless?: string;
  /** What makes simulated input for it, where the app does not do so itself. */
  input?: MadeUpInput;
  /** It gathers records on purpose, so that it lags without being late: so long, and the longest of these settings besides. */
  gathers?: { ms: number; settings: readonly string[] };
  /** Bad input that is simulated too, as in the real world. */
  badInput?: BadInput;
}

/** Simulated input that nothing can be made of, on purpose. */
interface BadInput {
  /** One sentence. */
  sentence: string;
  /** The topic where it ends, which need not be said for each record. */
  deadLetters: string;
  /** The setting that ends it with `false`. */
  setting: string;
}

/** A program that makes what a source reads, as long as the source runs. In its settings `{port}` stands for a free port. */
export interface MadeUpInput {
  /** Under `apps/`. */
  program: string;
  args: readonly string[];
  /** Its own settings, where it has any. */
  settings?: Readonly<Record<string, string>>;
  /** Settings that lead the source to it, where any are needed. */
  leads?: Readonly<Record<string, string>>;
}

const simulatorCertificate = join(workspaceRoot, '.sluice/x-simulator/certificate.pem');

/** Where `npx nx run video-events:generate` writes too. */
const playerFolder = join(workspaceRoot, '.sluice/video-player');

/** Somebody works on this machine besides: apps wake up twice a second and not ten times, as servers do with them. */
const onOneMachine = { LINGER_MS: '500' };

/** What runs on `npm start`, in the order in which it is shown: events flow downwards. */
export const flowApps: readonly FlowApp[] = appsOnOneMachine([
  {
    name: 'host-metrics',
    role: 'source',
    folder: 'sources/host-metrics',
    environment: {},
    needs: [],
    makes: hostMetrics,
  },
  {
    name: 'tweets',
    role: 'source',
    folder: 'sources/tweets',
    makes: tweet,
    environment: {},
    needs: [],
    simulatedUnless: 'X_BEARER_TOKEN',
    input: {
      program: 'ops/x-simulator/src/main.ts',
      args: [],
      settings: { SIMULATOR_PORT: '{port}', SIMULATOR_CERTIFICATE_FILE: simulatorCertificate, LOG_LEVEL: 'warn' },
      leads: {
        X_BEARER_TOKEN: 'synthetic',
        X_API_URL: 'https://localhost:{port}/2',
        X_CA_FILE: simulatorCertificate,
      },
    },
  },
  {
    name: 'video-events',
    role: 'source',
    folder: 'sources/video-events',
    makes: videoEvent,
    environment: { VIDEO_EVENTS_FILES: join(playerFolder, '**/*.log*') },
    needs: [],
    simulatedUnless: 'VIDEO_EVENTS_FILES',
    input: {
      program: 'sources/video-events/src/generate.ts',
      // A folder of its own, beside what a person generates: two programs cannot rotate one file.
      args: ['--folder', join(playerFolder, 'live'), '--events=0', '--rate=5', '--rotate-lines=500', '--keep=3'],
    },
  },
  {
    name: 'iot',
    role: 'source',
    folder: 'sources/iot',
    environment: {},
    needs: [],
    makes: iotReading,
    simulatedUnless: 'MQTT_URL',
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
    needs: [],
    makes: iotEvent,
  },
  {
    name: 'event-rates',
    role: 'processor',
    folder: 'processors/event-rates',
    environment: {},
    needs: [],
    // A whole minute at a time.
    gathers: { ms: 60_000, settings: ['EVENT_RATES_LATENESS_MS'] },
  },
  // One local node has nowhere to put a replica.
  {
    name: 'elasticsearch',
    role: 'sink',
    folder: 'sinks/elasticsearch',
    environment: { ELASTICSEARCH_REPLICAS: '0', ELASTICSEARCH_REFRESH_INTERVAL_MS: '2000' },
    needs: [],
  },
  // Somebody looks on: small objects soon, and not large ones late.
  {
    name: 'gcs',
    role: 'sink',
    folder: 'sinks/gcs',
    environment: { GCS_OBJECT_WAIT_MS: '5000', GCS_SMALL_OBJECT_WAIT_MS: '5000' },
    needs: ['GCS_ENDPOINT'],
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
    needs: ['GCS_ENDPOINT', 'BIGQUERY_ENDPOINT'],
  },
]);

function appsOnOneMachine(apps: readonly FlowApp[]): FlowApp[] {
  return apps.map((app) => ({ ...app, environment: { ...onOneMachine, ...app.environment } }));
}

/** How long an app gathers records on purpose. */
export function gathersMs({ gathers, environment: own }: FlowApp, environment: NodeJS.ProcessEnv): number {
  if (gathers === undefined) return 0;
  // The app itself refuses what is no number.
  const values = gathers.settings.map((name) => Number(environment[name] ?? own[name]) || 0);
  return gathers.ms + Math.max(0, ...values);
}

/** The settings of all flow apps together with the environment, for what looks at them from outside. */
export const flowEnvironment = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.assign({}, ...flowApps.map((app) => app.environment)),
  ...environment,
});
