import { loadConfig } from '@sluice/config';
import { objectRig, type ObjectSinkUnderTest } from '@sluice/objects/testing';
import { collectingSinkSettings } from '@sluice/sink';
import { serverAddresses } from '@sluice/testkit';
import { s3Sink } from '../s3-sink.ts';
import { s3SinkRules, s3SinkSettings, type S3SinkConfig } from '../settings.ts';
import { readBucket } from './read-bucket.ts';

/** A configuration as the app would read it, for a bucket of its own. */
function rigConfig(bucket: string, environment: Readonly<Record<string, string>> = {}): S3SinkConfig {
  const { kafkaBrokers, schemaRegistryUrl, s3Endpoint } = serverAddresses();
  return loadConfig(
    's3',
    { ...s3SinkSettings, ...collectingSinkSettings },
    {
      KAFKA_BROKERS: kafkaBrokers,
      SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      S3_ENDPOINT: s3Endpoint,
      S3_BUCKET: bucket,
      SINK_SESSION_TIMEOUT_MS: '6000',
      ...environment,
    },
    s3SinkRules,
  );
}

export const s3UnderTest: ObjectSinkUnderTest = {
  name: 's3',
  settingPrefix: 'S3_',
  endpoint: () => serverAddresses().s3Endpoint,
  isUpload: ({ method, url }) => method === 'PUT' && /\/date(=|%3D)/.test(url),
  create(bucket, environment, contracts, context) {
    const config = rigConfig(bucket, environment);
    return { sink: s3Sink(config, contracts, context), config };
  },
  read: readBucket,
};

/** One topic and one bucket of its own, and the app's sink between them, in this process. */
export const s3Rig = () => objectRig(s3UnderTest);
