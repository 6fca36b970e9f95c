import { settings, type Config, type Rule } from '@sluice/config';
import type { CollectingSinkConfig } from '@sluice/sink';

/** Where the objects are, and how to reach them. */
export const gcsSettings = {
  GCS_BUCKET: settings.text({
    description: 'Bucket of the objects, which the sink gcs creates where it does not exist',
    default: 'sluice',
  }),
  GCS_PREFIX: settings.optional(
    settings.text({ description: 'What all object names begin with, its slash included', example: 'events/' }),
  ),
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

/** The settings of the sink. */
export const gcsSinkSettings = {
  ...gcsSettings,
  GCS_PROJECT: settings.optional(
    settings.text({
      description: "Project that a new bucket belongs to; the credentials' own unless set",
      example: 'my-project',
    }),
  ),
  GCS_FORMAT: settings.choice(['json', 'avro'], {
    description: 'json: gzip JSON lines; avro: Avro container files, with the records as they are in Kafka',
    default: 'json',
  }),
  GCS_COMPRESSION_LEVEL: settings.integer({
    description: 'Deflate level: higher is smaller and costs more CPU',
    default: '1',
    min: 1,
    max: 9,
  }),
  GCS_OBJECT_BYTES: settings.integer({
    description: 'Size, compressed, at which an object is complete (it ends with the block that passes it)',
    default: '16777216',
    min: 1,
    max: 1_073_741_824,
  }),
  GCS_OBJECT_RECORDS: settings.integer({
    description: 'Records with which an object is complete',
    default: '1000000',
    min: 1,
    max: 1_000_000_000,
  }),
  GCS_OBJECT_WAIT_MS: settings.integer({
    description: 'How long an object gathers records, from its first one',
    default: '60000',
    min: 1,
    max: 86_400_000,
  }),
  GCS_SMALL_OBJECT_BYTES: settings.integer({
    description: 'Compressed size below which an object is small: it waits longer, and takes records of any day',
    default: '1048576',
    min: 0,
    max: 1_073_741_824,
  }),
  GCS_SMALL_OBJECT_WAIT_MS: settings.integer({
    description: 'How long a small object gathers records, so that quiet topics do not make floods of tiny objects',
    default: '600000',
    min: 1,
    max: 86_400_000,
  }),
  GCS_REQUEST_TIMEOUT_MS: settings.integer({
    description: 'How long a request may take, the upload of an object included',
    default: '120000',
    min: 1_000,
    max: 3_600_000,
  }),
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

export type GcsConfig = Config<typeof gcsSettings>;
export type GcsSinkConfig = Config<typeof gcsSinkSettings> & CollectingSinkConfig;

const classes = ['standard', 'nearline', 'coldline', 'archive'];

/** The conditions of `gcsSettings`. */
export const gcsRules: readonly Rule<typeof gcsSettings>[] = [
  ({ GCS_BUCKET }) =>
    /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(GCS_BUCKET)
      ? undefined
      : 'GCS_BUCKET must be a bucket name: 3 or more lower case letters, digits, dashes, dots and underscores',
  ({ GCS_PREFIX = '' }) =>
    /^[/]|[\r\n]/.test(GCS_PREFIX) || Buffer.byteLength(GCS_PREFIX) > 512
      ? 'GCS_PREFIX must not begin with a slash, nor be longer than 512 bytes'
      : undefined,
];

/** The conditions of `gcsSinkSettings`. */
export const gcsSinkRules: readonly Rule<typeof gcsSinkSettings>[] = [
  ...gcsRules,
  ({ GCS_OBJECT_WAIT_MS, GCS_SMALL_OBJECT_WAIT_MS }) =>
    GCS_SMALL_OBJECT_WAIT_MS < GCS_OBJECT_WAIT_MS
      ? 'GCS_SMALL_OBJECT_WAIT_MS must be at least GCS_OBJECT_WAIT_MS: a small object waits longer'
      : undefined,
  ({ GCS_OBJECT_BYTES, GCS_SMALL_OBJECT_BYTES }) =>
    GCS_SMALL_OBJECT_BYTES > GCS_OBJECT_BYTES ? 'GCS_SMALL_OBJECT_BYTES must be at most GCS_OBJECT_BYTES' : undefined,
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
