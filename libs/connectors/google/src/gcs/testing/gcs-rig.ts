import { loadConfig } from '@sluice/config';
import { objectRig, type ObjectSinkUnderTest } from '@sluice/objects/testing';
import { collectingSinkSettings } from '@sluice/sink';
import { serverAddresses } from '@sluice/testkit';
import { gcsSink } from '../gcs-sink.ts';
import { gcsSinkRules, gcsSinkSettings, type GcsSinkConfig } from '../settings.ts';
import { readBucket } from './read-bucket.ts';

/** A configuration as the app would read it, for a bucket of its own. */
export function rigConfig(bucket: string, environment: Readonly<Record<string, string>> = {}): GcsSinkConfig {
  const { kafkaBrokers, schemaRegistryUrl, gcsEndpoint } = serverAddresses();
  return loadConfig(
    'gcs',
    { ...gcsSinkSettings, ...collectingSinkSettings },
    {
      KAFKA_BROKERS: kafkaBrokers,
      SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      GCS_ENDPOINT: gcsEndpoint,
      GCS_BUCKET: bucket,
      SINK_SESSION_TIMEOUT_MS: '6000',
      ...environment,
    },
    gcsSinkRules,
  );
}

export const gcsUnderTest: ObjectSinkUnderTest = {
  name: 'gcs',
  settingPrefix: 'GCS_',
  endpoint: () => serverAddresses().gcsEndpoint,
  isUpload: ({ url }) => url.startsWith('/upload/'),
  create(bucket, environment, contracts, context) {
    const config = rigConfig(bucket, environment);
    return { sink: gcsSink(config, contracts, context), config };
  },
  read: readBucket,
};

/** One topic and one bucket of its own, and the app's sink between them, in this process. */
export const gcsRig = (options: { partitions?: number } = {}) => objectRig(gcsUnderTest, options);
export type GcsRig = Awaited<ReturnType<typeof gcsRig>>;
