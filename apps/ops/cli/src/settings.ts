import {
  plaintextCredentials,
  plaintextSettings,
  withoutTls,
  loadConfig,
  settings,
  type Config,
  type Rule,
  type Settings,
} from '@sluice/config';
import { kafkaSettings, schemaRegistrySettings } from '@sluice/kafka';

/** How the commands reach Kafka and the schema registry: as the apps do. */
export const eventSettings = { ...kafkaSettings, ...schemaRegistrySettings };

/** How the audit reaches Elasticsearch: as its sink does. */
export const elasticsearchSettings = {
  ELASTICSEARCH_URL: settings.httpUrls({
    description: 'The cluster: one address, or several separated by commas',
    default: 'http://localhost:9200',
  }),
  ELASTICSEARCH_API_KEY: settings.optional(
    settings.text({ description: 'API key in its encoded form: the base64 of id and key', secret: true }),
  ),
  ELASTICSEARCH_USERNAME: settings.optional(settings.text({ description: 'User, where there is no API key' })),
  ELASTICSEARCH_PASSWORD: settings.optional(settings.text({ description: 'Password of the user', secret: true })),
  ELASTICSEARCH_CA_FILE: settings.optional(
    settings.certificates({
      description: 'Certificate authority of the cluster, PEM',
      example: '/etc/elasticsearch/ca.pem',
    }),
  ),
  ...plaintextSettings,
};

/** The conditions between them. */
export const elasticsearchRules: readonly Rule<typeof elasticsearchSettings>[] = [
  (config) =>
    plaintextCredentials(
      config,
      config.ELASTICSEARCH_API_KEY !== undefined
        ? 'ELASTICSEARCH_API_KEY'
        : config.ELASTICSEARCH_USERNAME !== undefined
          ? 'ELASTICSEARCH_PASSWORD'
          : undefined,
      withoutTls(config.ELASTICSEARCH_URL),
      'let every address in ELASTICSEARCH_URL begin with https://',
    ),
];

/** How the audit reaches Cloud Storage: as the sink gcs does. */
export const gcsSettings = {
  GCS_BUCKET: settings.text({ description: 'The bucket that the sink gcs writes to', default: 'sluice' }),
  GCS_PREFIX: settings.optional(settings.text({ description: 'What all object names begin with' })),
  GCS_ENDPOINT: settings.optional(
    settings.httpUrl({ description: 'Another address of Cloud Storage; only Google gets credentials' }),
  ),
  GCS_SEND_CREDENTIALS: settings.flag({
    description: "Whether GCS_ENDPOINT gets Google's token, though it is not Google's",
    default: 'false',
  }),
};

/** How the audit and `loads` reach BigQuery: as its sink does. */
export const bigquerySettings = {
  BIGQUERY_PROJECT: settings.optional(
    settings.text({ description: "Project of the dataset and of the jobs; the credentials' own unless set" }),
  ),
  BIGQUERY_DATASET: settings.text({ description: 'Dataset of the tables', default: 'sluice' }),
  BIGQUERY_LOCATION: settings.text({ description: 'Location of the dataset', default: 'US' }),
  BIGQUERY_ENDPOINT: settings.optional(
    settings.httpUrl({ description: 'Another address of BigQuery; only Google gets credentials' }),
  ),
  BIGQUERY_SEND_CREDENTIALS: settings.flag({
    description: "Whether BIGQUERY_ENDPOINT gets Google's token, though it is not Google's",
    default: 'false',
  }),
};

export const bigqueryRules: readonly Rule<typeof bigquerySettings>[] = [
  ({ BIGQUERY_ENDPOINT, BIGQUERY_PROJECT }) =>
    BIGQUERY_ENDPOINT?.startsWith('http:') === true && BIGQUERY_PROJECT === undefined
      ? 'BIGQUERY_PROJECT must be set where BIGQUERY_ENDPOINT begins with http://, for there are no credentials that name one'
      : undefined,
];

/**
 * Reads a command's settings. Unlike an app, a command may be called in an environment that holds settings of all apps: names that it
 * does not know are let be.
 *
 * @throws ConfigError
 */
export function commandConfig<const S extends Settings>(
  wanted: S,
  environment: NodeJS.ProcessEnv,
  rules: readonly Rule<S>[] = [],
): Config<S> {
  const known = Object.fromEntries(Object.keys(wanted).map((name) => [name, environment[name]]));
  return loadConfig('sluice', wanted, known, rules);
}
