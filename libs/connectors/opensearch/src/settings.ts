import { plaintextCredentials, plaintextSettings, settings, withoutTls, type Config, type Rule } from '@sluice/config';

/** How to reach the cluster. */
export const opensearchSettings = {
  OPENSEARCH_URL: settings.httpUrls({
    description: 'The cluster: one address, or several separated by commas',
    default: 'http://localhost:9200',
  }),
  OPENSEARCH_USERNAME: settings.optional(settings.text({ description: 'User' })),
  OPENSEARCH_PASSWORD: settings.optional(settings.text({ description: 'Password of the user', secret: true })),
  OPENSEARCH_CA_FILE: settings.optional(
    settings.certificates({
      description: 'Certificate authority of the cluster, PEM',
      example: '/etc/opensearch/ca.pem',
    }),
  ),
  ...plaintextSettings,
};

/** The settings of the sink. */
export const opensearchSinkSettings = {
  ...opensearchSettings,
  OPENSEARCH_COMPRESSION: settings.flag({
    description: 'Whether requests are compressed with gzip',
    default: 'false',
  }),
  OPENSEARCH_REQUEST_BYTES: settings.integer({
    description: 'Most bytes in one bulk request (one document may be larger)',
    default: '10485760',
    min: 1,
    max: 104_857_600,
  }),
  OPENSEARCH_CONCURRENT_REQUESTS: settings.integer({
    description:
      'Most bulk requests at the same time, over all partitions; each takes up to twice OPENSEARCH_REQUEST_BYTES of memory',
    default: '8',
    min: 1,
    max: 1_000,
  }),
  OPENSEARCH_REQUEST_TIMEOUT_MS: settings.integer({
    description: 'How long an answer may take',
    default: '30000',
    min: 100,
  }),
  OPENSEARCH_SHARDS: settings.integer({
    description: 'Primary shards of a new index',
    default: '1',
    min: 1,
    max: 1024,
  }),
  OPENSEARCH_REPLICAS: settings.integer({ description: 'Replicas of a new index', default: '1', max: 100 }),
  OPENSEARCH_FIELDS: settings.integer({
    description:
      "Fields that a new index may have, the contract's own in any case; names of open parts beyond are flattened",
    default: '1000',
    min: 1,
    max: 100_000,
  }),
  OPENSEARCH_REFRESH_INTERVAL_MS: settings.integer({
    description: 'How soon documents of a new index become searchable',
    default: '1000',
    min: 100,
    max: 3_600_000,
  }),
};

export type OpensearchConfig = Config<typeof opensearchSettings>;
export type OpensearchSinkConfig = Config<typeof opensearchSinkSettings>;

/** The conditions between the settings. Their messages show no secret. */
export const opensearchRules: readonly Rule<typeof opensearchSettings>[] = [
  (config) =>
    plaintextCredentials(
      config,
      config.OPENSEARCH_USERNAME === undefined ? undefined : 'OPENSEARCH_PASSWORD',
      withoutTls(config.OPENSEARCH_URL),
      'let every address in OPENSEARCH_URL begin with https://',
    ),
  ({ OPENSEARCH_USERNAME, OPENSEARCH_PASSWORD }) =>
    (OPENSEARCH_USERNAME === undefined) !== (OPENSEARCH_PASSWORD === undefined)
      ? 'OPENSEARCH_USERNAME and OPENSEARCH_PASSWORD must be set together'
      : undefined,
  ({ OPENSEARCH_CA_FILE, OPENSEARCH_URL }) =>
    OPENSEARCH_CA_FILE !== undefined && !OPENSEARCH_URL.every((url) => url.startsWith('https:'))
      ? 'OPENSEARCH_CA_FILE is set, so every address in OPENSEARCH_URL must begin with https://'
      : undefined,
];
