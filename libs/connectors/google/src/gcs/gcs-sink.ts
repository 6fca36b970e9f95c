import type { EventContract } from '@sluice/contracts';
import { objectSink } from '@sluice/objects';
import type { CollectingSink } from '@sluice/sink';
import type { AppContext } from '@sluice/telemetry';
import { objectStore } from './object-store.ts';
import { prepareBucket } from './prepare-bucket.ts';
import { rotationOf, type GcsSinkConfig } from './settings.ts';
import { storageService, writeScopes } from './storage-service.ts';

/** Partitions to objects in one bucket of Cloud Storage, each record in exactly one of them, and each object announced once. */
export function gcsSink(
  config: GcsSinkConfig,
  contracts: readonly EventContract[],
  context: Pick<AppContext, 'logger' | 'health'>,
): CollectingSink {
  const { logger } = context;
  const storage = storageService(config, {
    scopes: writeScopes,
    projectId: config.GCS_PROJECT,
    timeoutMs: config.GCS_REQUEST_TIMEOUT_MS,
    timeoutSetting: 'GCS_REQUEST_TIMEOUT_MS',
    context,
  });
  return objectSink({
    name: 'gcs',
    store: objectStore(storage, config.GCS_BUCKET),
    prepare(signal) {
      // A stand-in knows no projects, and nothing must be asked of Google for it.
      const project = async () =>
        config.GCS_PROJECT ?? (config.GCS_ENDPOINT === undefined ? storage.project(signal) : 'local');
      return prepareBucket(storage, config, { project, logger, signal });
    },
    bucket: config.GCS_BUCKET,
    prefix: config.GCS_PREFIX ?? '',
    prefixSetting: 'GCS_PREFIX',
    format: config.GCS_FORMAT,
    level: config.GCS_COMPRESSION_LEVEL,
    rotation: rotationOf(config),
    config,
    contracts,
    context,
  });
}
