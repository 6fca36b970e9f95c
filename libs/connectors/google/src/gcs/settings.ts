import { settings, type Config, type Rule } from '@sluice/config';
import { objectSettings, prefixProblem, sizesProblem } from '@sluice/objects';
import type { CollectingSinkConfig } from '@sluice/sink';

/** How to reach Cloud Storage. */
export const gcsAccessSettings = {
  GCS_ENDPOINT: settings.optional(
    settings.httpUrl({
      description: 'Another address of Cloud Storage, such as of a stand-in; only Google gets credentials',
      example: 'http://localhost:4443',
    }),
  ),
  GCS_SEND_CREDENTIALS: settings.flag({
    description: "Whether GCS_ENDPOINT gets Google's access token though it is not a host of Google's; https only",
    default: 'false',
  }),
};

/** Where the objects are, and how to reach them. */
export const gcsSettings = {
  GCS_BUCKET: settings.text({
    description: 'Bucket of the objects, which the sink gcs creates where it does not exist',
    default: 'sluice',
  }),
  GCS_PREFIX: settings.optional(
    settings.text({ description: 'What all object names begin with, its slash included', example: 'events/' }),
  ),
  ...gcsAccessSettings,
};

/** The settings of the sink. */
export const gcsSinkSettings = {
  ...gcsSettings,
  GCS_PROJECT: settings.optional(
    settings.text({
      description: "Project that a new bucket belongs to; the credentials' own unless set",
      example: 'my-project',
    }),
  ),
  GCS_FORMAT: objectSettings.format,
  GCS_COMPRESSION_LEVEL: objectSettings.compressionLevel,
  GCS_OBJECT_BYTES: objectSettings.objectBytes,
  GCS_OBJECT_RECORDS: objectSettings.objectRecords,
  GCS_OBJECT_WAIT_MS: objectSettings.objectWaitMs,
  GCS_SMALL_OBJECT_BYTES: objectSettings.smallObjectBytes,
  GCS_SMALL_OBJECT_WAIT_MS: objectSettings.smallObjectWaitMs,
  GCS_REQUEST_TIMEOUT_MS: objectSettings.requestTimeoutMs,
  GCS_LOCATION: settings.optional(
    settings.text({
      description: "Location of a bucket that is created; Google's default (the multi-region US) unless set",
      example: 'asia-northeast1',
    }),
  ),
  GCS_STORAGE_CLASS: settings.choice(['standard', 'nearline', 'coldline', 'archive'], {
    description: 'Storage class of a bucket that is created, and so of its objects',
    default: 'standard',
  }),
  GCS_DELETE_AFTER_DAYS: settings.optional(
    settings.integer({
      description: 'Age at which a bucket that is created deletes its objects; never unless set',
      example: '730',
      min: 1,
      max: 36_500,
    }),
  ),
  GCS_COLDER_AFTER_DAYS: settings.optional(
    settings.integer({
      description: 'Age at which a bucket that is created moves its objects to GCS_COLDER_CLASS; never unless set',
      example: '30',
      min: 1,
      max: 36_500,
    }),
  ),
  GCS_COLDER_CLASS: settings.choice(['nearline', 'coldline', 'archive'], {
    description: 'Storage class that objects move to after GCS_COLDER_AFTER_DAYS',
    default: 'nearline',
  }),
};

/** When an object of the sink ends. */
export const rotationOf = (config: Config<typeof gcsSinkSettings>) => ({
  objectBytes: config.GCS_OBJECT_BYTES,
  objectRecords: config.GCS_OBJECT_RECORDS,
  waitMs: config.GCS_OBJECT_WAIT_MS,
  smallBytes: config.GCS_SMALL_OBJECT_BYTES,
  smallWaitMs: config.GCS_SMALL_OBJECT_WAIT_MS,
});

export type GcsAccessConfig = Config<typeof gcsAccessSettings>;
export type GcsConfig = Config<typeof gcsSettings>;
export type GcsSinkConfig = Config<typeof gcsSinkSettings> & CollectingSinkConfig;

const classes = ['standard', 'nearline', 'coldline', 'archive'];

/** The conditions of `gcsSettings`. */
export const gcsRules: readonly Rule<typeof gcsSettings>[] = [
  ({ GCS_BUCKET }) =>
    /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(GCS_BUCKET)
      ? undefined
      : 'GCS_BUCKET must be a bucket name: 3 or more lower case letters, digits, dashes, dots and underscores',
  ({ GCS_PREFIX = '' }) => prefixProblem('GCS_PREFIX', GCS_PREFIX),
];

/** The conditions of `gcsSinkSettings`. */
export const gcsSinkRules: readonly Rule<typeof gcsSinkSettings>[] = [
  ...gcsRules,
  (config) => sizesProblem('GCS_', rotationOf(config)),
  ({ GCS_COLDER_AFTER_DAYS, GCS_COLDER_CLASS, GCS_STORAGE_CLASS }) =>
    GCS_COLDER_AFTER_DAYS !== undefined && classes.indexOf(GCS_COLDER_CLASS) <= classes.indexOf(GCS_STORAGE_CLASS)
      ? 'GCS_COLDER_CLASS must be colder than GCS_STORAGE_CLASS for GCS_COLDER_AFTER_DAYS to do anything'
      : undefined,
  ({ GCS_COLDER_AFTER_DAYS, GCS_DELETE_AFTER_DAYS }) =>
    GCS_COLDER_AFTER_DAYS !== undefined &&
    GCS_DELETE_AFTER_DAYS !== undefined &&
    GCS_COLDER_AFTER_DAYS >= GCS_DELETE_AFTER_DAYS
      ? 'GCS_COLDER_AFTER_DAYS must be less than GCS_DELETE_AFTER_DAYS'
      : undefined,
];
