import type { EventContract } from '@sluice/contracts';
import { objectSink } from '@sluice/objects';
import type { CollectingSink } from '@sluice/sink';
import type { AppContext } from '@sluice/telemetry';
import { s3ObjectStore } from './object-store.ts';
import { prepareBucket } from './prepare-bucket.ts';
import { s3Service } from './s3-service.ts';
import { rotationOf, type S3SinkConfig } from './settings.ts';

/** Partitions to objects in one bucket of S3, each record in exactly one of them, and each object announced once. */
export function s3Sink(
  config: S3SinkConfig,
  contracts: readonly EventContract[],
  context: Pick<AppContext, 'logger' | 'health'>,
): CollectingSink {
  const { S3_BUCKET: bucket, S3_PREFIX: prefix = '' } = config;
  const service = s3Service(config, {
    timeoutMs: config.S3_REQUEST_TIMEOUT_MS,
    timeoutSetting: 'S3_REQUEST_TIMEOUT_MS',
    context,
  });
  return objectSink({
    name: 's3',
    store: s3ObjectStore(service, { bucket, storageClass: config.S3_STORAGE_CLASS }),
    prepare: (signal) => prepareBucket(service, { bucket, prefix, logger: context.logger, signal }),
    release: () => service.close(),
    bucket,
    prefix,
    prefixSetting: 'S3_PREFIX',
    format: config.S3_FORMAT,
    level: config.S3_COMPRESSION_LEVEL,
    rotation: rotationOf(config),
    config,
    contracts,
    context,
  });
}
