import { plaintextCredentials, plaintextSettings, settings, withoutTls, type Config, type Rule } from '@sluice/config';

/** How to reach the cluster. */
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

/** The settings of the sink. */
export const elasticsearchSinkSettings = {
  ...elasticsearchSettings,
  ELASTICSEARCH_COMPRESSION: settings.flag({
    description: 'Whether requests are compressed with gzip',
    default: 'false',
  }),
  ELASTICSEARCH_REQUEST_BYTES: settings.integer({
    description: 'Most bytes in one bulk request (one document may be larger)',
    default: '10485760',
    min: 1,
    max: 104_857_600,
  }),
  ELASTICSEARCH_CONCURRENT_REQUESTS: settings.integer({
    description:
      'Most bulk requests at the same time, over all partitions; each takes up to twice ELASTICSEARCH_REQUEST_BYTES of memory',
    default: '8',
    min: 1,
    max: 1_000,
  }),
  ELASTICSEARCH_REQUEST_TIMEOUT_MS: settings.integer({
    description: 'How long an answer may take',
    default: '30000',
    min: 100,
  }),
  ELASTICSEARCH_SHARDS: settings.integer({
    description: 'Primary shards of a new index',
    default: '1',
    min: 1,
    max: 1024,
  }),
  ELASTICSEARCH_REPLICAS: settings.integer({ description: 'Replicas of a new index', default: '1', max: 100 }),
  ELASTICSEARCH_FIELDS: settings.integer({
    description:
      "Fields that a new index may have, the contract's own in any case; names of open parts beyond are flattened",
    default: '1000',
    min: 1,
    max: 100_000,
  }),
  ELASTICSEARCH_REFRESH_INTERVAL_MS: settings.integer({
    description: 'How soon documents of a new index become searchable',
    default: '1000',
    min: 100,
    max: 3_600_000,
  }),
};

export type ElasticsearchConfig = Config<typeof elasticsearchSettings>;
export type ElasticsearchSinkConfig = Config<typeof elasticsearchSinkSettings>;

/** The conditions between the settings. Their messages show no secret. */
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
  ({ ELASTICSEARCH_API_KEY, ELASTICSEARCH_USERNAME }) =>
    ELASTICSEARCH_API_KEY !== undefined && ELASTICSEARCH_USERNAME !== undefined
      ? 'ELASTICSEARCH_API_KEY and ELASTICSEARCH_USERNAME are both set: choose one'
      : undefined,
  ({ ELASTICSEARCH_API_KEY }) =>
    ELASTICSEARCH_API_KEY !== undefined && !/^[A-Za-z0-9+/_-]+=*$/.test(ELASTICSEARCH_API_KEY)
      ? 'ELASTICSEARCH_API_KEY must be the encoded form of the key: the base64 of its id, a colon and the key'
      : undefined,
  ({ ELASTICSEARCH_USERNAME, ELASTICSEARCH_PASSWORD }) =>
    (ELASTICSEARCH_USERNAME === undefined) !== (ELASTICSEARCH_PASSWORD === undefined)
      ? 'ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD must be set together'
      : undefined,
  ({ ELASTICSEARCH_CA_FILE, ELASTICSEARCH_URL }) =>
    ELASTICSEARCH_CA_FILE !== undefined && !ELASTICSEARCH_URL.every((url) => url.startsWith('https:'))
      ? 'ELASTICSEARCH_CA_FILE is set, so every address in ELASTICSEARCH_URL must begin with https://'
      : undefined,
];
