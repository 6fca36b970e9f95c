import { join } from 'node:path';
import { hostMetrics, iotEvent, iotReading, tweet, videoEvent, type EventContract } from '@sluice/schemas';
import { workspaceRoot } from './workspace-root.ts';

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
  /** Made-up input, written beside the app where this machine has no real one. */
  input?: MadeUpInput;
}

/** A program that makes what a source reads, as long as the source runs. In its settings `{port}` stands for a free port. */
export interface MadeUpInput {
  /** What is told at the start. */
  sentence: string;
  /** Under `apps/`. */
  program: string;
  args: readonly string[];
  /** Its own settings, where it has any. */
  settings?: Readonly<Record<string, string>>;
  /** Settings that lead the source to it, where any are needed. */
  leads?: Readonly<Record<string, string>>;
  /** Not run where the user says by this variable where the real input is. */
  unless: string;
}

const simulatorCertificate = join(workspaceRoot, '.sluice/x-simulator/certificate.pem');

/** Where `npx nx run video-events:generate` writes too. */
const playerFolder = join(workspaceRoot, '.sluice/video-player');

/** What runs on `npm start`, in the order in which it is shown: events flow downwards. */
export const flowApps: readonly FlowApp[] = [
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
    input: {
      sentence:
        'There is no X_BEARER_TOKEN: all tweets are synthetic, made up by x-simulator. With the token of an X app they are real.',
      program: 'ops/x-simulator/src/main.ts',
      args: [],
      settings: { SIMULATOR_PORT: '{port}', SIMULATOR_CERTIFICATE_FILE: simulatorCertificate, LOG_LEVEL: 'warn' },
      leads: {
        X_BEARER_TOKEN: 'synthetic',
        X_API_URL: 'https://localhost:{port}/2',
        X_CA_FILE: simulatorCertificate,
      },
      unless: 'X_BEARER_TOKEN',
    },
  },
  {
    name: 'video-events',
    role: 'source',
    folder: 'sources/video-events',
    makes: videoEvent,
    environment: { VIDEO_EVENTS_FILES: join(playerFolder, '**/*.log*') },
    needs: [],
    input: {
      sentence: `There is no video player here: the log in ${playerFolder} is made up. VIDEO_EVENTS_FILES names a real one.`,
      program: 'sources/video-events/src/generate.ts',
      // A folder of its own, beside what a person generates: two programs cannot rotate one file.
      args: ['--folder', join(playerFolder, 'live'), '--events=0', '--rate=5', '--rotate-lines=500', '--keep=3'],
      unless: 'VIDEO_EVENTS_FILES',
    },
  },
  { name: 'iot', role: 'source', folder: 'sources/iot', environment: {}, needs: [], makes: iotReading },
  {
    name: 'iot-enrich',
    role: 'processor',
    folder: 'processors/iot-enrich',
    environment: {},
    needs: [],
    makes: iotEvent,
  },
  { name: 'event-rates', role: 'processor', folder: 'processors/event-rates', environment: {}, needs: [] },
  // One local node has nowhere to put a replica.
  {
    name: 'elasticsearch',
    role: 'sink',
    folder: 'sinks/elasticsearch',
    environment: { ELASTICSEARCH_REPLICAS: '0' },
    needs: [],
  },
  // Somebody looks on: small objects soon, and not large ones late.
  {
    name: 'gcs',
    role: 'sink',
    folder: 'sinks/gcs',
    environment: { GCS_OBJECT_WAIT_MS: '5000', GCS_SMALL_OBJECT_WAIT_MS: '5000' },
    needs: ['GCS_ENDPOINT'],
  },
  // The stand-in has one project and no quota.
  {
    name: 'bigquery',
    role: 'sink',
    folder: 'sinks/bigquery',
    environment: {
      BIGQUERY_PROJECT: 'local',
      BIGQUERY_GATHER_MS: '1000',
      BIGQUERY_LOADS_PER_DAY: '1000000',
      BIGQUERY_LOADS_BURST: '1000',
    },
    needs: ['GCS_ENDPOINT', 'BIGQUERY_ENDPOINT'],
  },
];

/** The settings of all flow apps together with the environment, for what looks at them from outside. */
export const flowEnvironment = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.assign({}, ...flowApps.map((app) => app.environment)),
  ...environment,
});
