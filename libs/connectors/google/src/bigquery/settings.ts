import { settings, type Config, type Rule } from '@sluice/config';
import type { CollectingSinkConfig } from '@sluice/sink';
import { gcsRules, gcsSettings } from '../gcs/settings.ts';

/** Where the tables are, and how to reach them. */
export const bigquerySettings = {
  BIGQUERY_PROJECT: settings.optional(
    settings.text({
      description: "Project of the dataset and of the jobs; the credentials' own unless set",
      example: 'my-project',
    }),
  ),
  BIGQUERY_DATASET: settings.text({
    description: 'Dataset of the tables; created where it is absent',
    default: 'sluice',
  }),
  BIGQUERY_LOCATION: settings.text({
    description: "Location of the dataset, which must be that of the objects' bucket or contain it",
    default: 'US',
    example: 'asia-northeast1',
  }),
  BIGQUERY_ENDPOINT: settings.optional(
    settings.httpUrl({
      description: 'Another address of BigQuery, such as of a stand-in; only Google gets credentials',
      example: 'http://localhost:9050',
    }),
  ),
  BIGQUERY_SEND_CREDENTIALS: settings.flag({
    description: "Whether BIGQUERY_ENDPOINT gets Google's access token though it is not a host of Google's; https only",
    default: 'false',
  }),
};

/** The settings of the sink, which also reads objects: those of rows that BigQuery refuses. It loads from `GCS_BUCKET` only. */
export const bigquerySinkSettings = {
  ...bigquerySettings,
  ...gcsSettings,
  BIGQUERY_OBJECTS_GROUP: settings.text({
    description: 'Consumer group of the sink gcs whose objects are loaded; those of other groups are skipped',
    default: 'gcs',
  }),
  BIGQUERY_LOADS_PER_DAY: settings.integer({
    description: "BigQuery's quota of load jobs for each table and day, failed ones included",
    default: '1500',
    min: 2,
    max: 1_000_000,
  }),
  BIGQUERY_LOADS_BURST: settings.integer({
    description:
      'How many loads of a table may follow on one another after a quiet time, before they are spread over the day',
    default: '50',
    min: 1,
    max: 100_000,
  }),
  BIGQUERY_LOADS_RESERVE: settings.integer({
    description: 'Loads of the quota that are kept for repeating what failed and for isolating rows that are refused',
    default: '150',
    max: 100_000,
  }),
  BIGQUERY_GATHER_MS: settings.integer({
    description: 'How long a load waits for more objects, at least',
    default: '5000',
    max: 3_600_000,
  }),
  BIGQUERY_JOB_TIMEOUT_MS: settings.integer({
    description: 'How long a load job may take before it is reported and cancelled',
    default: '1800000',
    min: 1_000,
    max: 86_400_000,
  }),
  BIGQUERY_REQUEST_TIMEOUT_MS: settings.integer({
    description: 'How long an answer may take',
    default: '60000',
    min: 1_000,
    max: 3_600_000,
  }),
  BIGQUERY_MAX_BAD_RECORDS: settings.integer({
    description:
      'Rows of one load that BigQuery may leave out; they are counted, and go nowhere. With 0 each refused row is isolated',
    default: '0',
    max: 1_000_000_000,
  }),
};

export type BigqueryConfig = Config<typeof bigquerySettings>;
export type BigquerySinkConfig = Config<typeof bigquerySinkSettings> & CollectingSinkConfig;

/** The conditions of `bigquerySettings`. */
export const bigqueryRules: readonly Rule<typeof bigquerySettings>[] = [
  ({ BIGQUERY_DATASET }) =>
    /^\w{1,1024}$/.test(BIGQUERY_DATASET) ? undefined : 'BIGQUERY_DATASET must be letters, digits and underscores only',
  ({ BIGQUERY_ENDPOINT, BIGQUERY_PROJECT }) =>
    BIGQUERY_ENDPOINT?.startsWith('http:') === true && BIGQUERY_PROJECT === undefined
      ? 'BIGQUERY_PROJECT must be set where BIGQUERY_ENDPOINT begins with http://, as there are no credentials that name one'
      : undefined,
];

/** The conditions of `bigquerySinkSettings`. */
export const bigquerySinkRules: readonly Rule<typeof bigquerySinkSettings>[] = [
  ...bigqueryRules,
  ...gcsRules,
  ({ BIGQUERY_LOADS_PER_DAY, BIGQUERY_LOADS_BURST, BIGQUERY_LOADS_RESERVE }) =>
    BIGQUERY_LOADS_BURST + BIGQUERY_LOADS_RESERVE < BIGQUERY_LOADS_PER_DAY
      ? undefined
      : 'BIGQUERY_LOADS_PER_DAY must be more than BIGQUERY_LOADS_BURST and BIGQUERY_LOADS_RESERVE together',
];
