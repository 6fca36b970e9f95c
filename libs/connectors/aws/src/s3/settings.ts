import { settings, type Config, type Rule } from '@sluice/config';
import { objectSettings, prefixProblem, sizesProblem } from '@sluice/objects';
import type { CollectingSinkConfig } from '@sluice/sink';

/** How to reach S3, or a server that speaks its protocol. The credentials are found as AWS's programs find them. */
export const s3AccessSettings = {
  S3_ENDPOINT: settings.optional(
    settings.httpUrl({
      description: 'Another address than that of AWS, of any server that speaks the protocol of S3',
      example: 'http://localhost:7070',
    }),
  ),
  S3_REGION: settings.word({ description: 'Region of the bucket', default: 'us-east-1' }),
  S3_PATH_STYLE: settings.optional(
    settings.flag({
      description:
        'Whether the bucket is named in the path and not in the host name; true unless set where S3_ENDPOINT is set',
      example: 'true',
    }),
  ),
};

/** Where the objects are, and how to reach them. */
export const s3Settings = {
  S3_BUCKET: settings.text({
    description: 'Bucket of the objects, which the sink s3 creates where it does not exist',
    default: 'sluice',
  }),
  S3_PREFIX: settings.optional(
    settings.text({ description: 'What all object names begin with, its slash included', example: 'events/' }),
  ),
  ...s3AccessSettings,
};

/** The settings of the sink. */
export const s3SinkSettings = {
  ...s3Settings,
  S3_FORMAT: objectSettings.format,
  S3_COMPRESSION_LEVEL: objectSettings.compressionLevel,
  S3_OBJECT_BYTES: objectSettings.objectBytes,
  S3_OBJECT_RECORDS: objectSettings.objectRecords,
  S3_OBJECT_WAIT_MS: objectSettings.objectWaitMs,
  S3_SMALL_OBJECT_BYTES: objectSettings.smallObjectBytes,
  S3_SMALL_OBJECT_WAIT_MS: objectSettings.smallObjectWaitMs,
  S3_REQUEST_TIMEOUT_MS: objectSettings.requestTimeoutMs,
  S3_STORAGE_CLASS: settings.optional(
    settings.choice(
      ['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'],
      { description: "Storage class of the objects; the bucket's default unless set", example: 'INTELLIGENT_TIERING' },
    ),
  ),
};

export type S3AccessConfig = Config<typeof s3AccessSettings>;
export type S3Config = Config<typeof s3Settings>;
export type S3SinkConfig = Config<typeof s3SinkSettings> & CollectingSinkConfig;

/** When an object of the sink ends. */
export const rotationOf = (config: Config<typeof s3SinkSettings>) => ({
  objectBytes: config.S3_OBJECT_BYTES,
  objectRecords: config.S3_OBJECT_RECORDS,
  waitMs: config.S3_OBJECT_WAIT_MS,
  smallBytes: config.S3_SMALL_OBJECT_BYTES,
  smallWaitMs: config.S3_SMALL_OBJECT_WAIT_MS,
});

/** The conditions of `s3Settings`. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const s3Rules: readonly Rule<typeof s3Settings>[] = [
  ({ S3_BUCKET }) =>
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(S3_BUCKET)
      ? undefined
      : 'S3_BUCKET must be a bucket name: 3 to 63 of a to z, digits, dashes and dots',
  ({ S3_PREFIX = '' }) => prefixProblem('S3_PREFIX', S3_PREFIX),
];

/** The conditions of `s3SinkSettings`. */
export const s3SinkRules: readonly Rule<typeof s3SinkSettings>[] = [
  ...s3Rules,
  (config) => sizesProblem('S3_', rotationOf(config)),
];
