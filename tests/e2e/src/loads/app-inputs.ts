import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startAppProcess } from '@sluice/testkit';
import { videoEvent } from '@sluice/contracts';
import { addressIn } from '../harness/address-in-log.ts';
import { bucketFilesLoad } from './bucket-files-load.ts';
import { growingFile } from './growing-file.ts';
import { writePlayerLog } from './player-log.ts';
import { unpacedLoads } from './unpaced-loads.ts';

/** What sources read that have no input of their own: a simulator of X, a video player's log, CSV files, and a file that grows. */
export interface AppInputs {
  /** The settings with which an app, `<role>/<app>`, reads them, or with which a scenario need not wait for large units. */
  settingsOf(app: string): Readonly<Record<string, string>>;
  /** The folders that an app reads. */
  foldersOf(app: string): readonly string[];
  stop(): Promise<void>;
}

const token = 'synthetic';

/** @param linesPerSecond of the player's log, which ends at 10,000 lines */
export async function startAppInputs(folder: string, linesPerSecond: number, signal: AbortSignal): Promise<AppInputs> {
  const [logs, certificateFolder] = [join(folder, 'video-player'), join(folder, 'x-simulator')];
  const [incoming, growing] = [join(folder, 'incoming'), join(folder, 'growing')];
  const lines = join(growing, 'video-events.jsonl');
  for (const one of [logs, certificateFolder, incoming, growing]) await mkdir(one, { recursive: true });
  const certificate = join(certificateFolder, 'certificate.pem');
  const logFile = join(folder, 'x-simulator.log');
  const simulator = startAppProcess({
    folder: 'ops/x-simulator',
    environment: { SIMULATOR_CERTIFICATE_FILE: certificate, SIMULATOR_TOKEN: token },
    logFile,
  });
  const stopped = new AbortController();
  const log = writePlayerLog({
    ...{ folder: logs, perSecond: linesPerSecond, rotateLines: 1000, seed: 1 },
    signal: AbortSignal.any([signal, stopped.signal]),
  }).catch(() => {});
  const files = bucketFilesLoad(incoming, signal);
  const grown = growingFile(lines, signal);
  const url = await addressIn(logFile);
  const settings: Readonly<Record<string, Record<string, string>>> = {
    'sources/tweets': { X_API_URL: url, X_BEARER_TOKEN: token, X_CA_FILE: certificate },
    'sources/video-events': { VIDEO_EVENTS_FILES: join(logs, '**/*.log*') },
    'sources/json-lines': { JSON_LINES_FILE: lines },
    'sinks/elasticsearch': { ELASTICSEARCH_REPLICAS: '0' },
    'sinks/gcs': { GCS_OBJECT_WAIT_MS: '3000', GCS_SMALL_OBJECT_WAIT_MS: '3000' },
    'sinks/s3': { S3_OBJECT_WAIT_MS: '3000', S3_SMALL_OBJECT_WAIT_MS: '3000' },
    'sources/bucket-files': {
      BUCKET_FILES_FROM: incoming,
      BUCKET_FILES_TOPIC: videoEvent.topic,
      BUCKET_FILES_REFRESH_MS: '500',
    },
    'sinks/bigquery': { BIGQUERY_GATHER_MS: '3000', ...unpacedLoads },
  };
  const folders: Readonly<Record<string, string[]>> = {
    'sources/tweets': [certificateFolder],
    'sources/video-events': [logs],
    'sources/json-lines': [growing],
    'sources/bucket-files': [incoming],
  };
  return {
    settingsOf: (app) => settings[app] ?? {},
    foldersOf: (app) => folders[app] ?? [],
    async stop() {
      stopped.abort();
      await Promise.all([log, files.stop(), grown.stop(), simulator.kill()]);
    },
  };
}
