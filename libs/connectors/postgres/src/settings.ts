import { plaintextCredentials, plaintextSettings, settings, type Config, type Rule } from '@sluice/config';

/** How to reach the database. */
export const postgresSettings = {
  POSTGRES_URL: settings.address({
    description: 'The database, with its host and port',
    default: 'postgres://localhost:5432/sluice',
    schemes: ['postgres', 'postgresql'],
    example: 'postgres://localhost:5432/sluice',
  }),
  POSTGRES_USERNAME: settings.text({ description: 'User to log in as', default: 'sluice' }),
  POSTGRES_PASSWORD: settings.optional(settings.text({ description: 'Password of the user', secret: true })),
  POSTGRES_TLS: settings.flag({
    description: "Whether to speak TLS, and to check the server's certificate",
    default: 'false',
  }),
  POSTGRES_CA_FILE: settings.optional(
    settings.certificates({
      description: 'Certificate authority of the server, PEM',
      example: '/etc/postgres/ca.pem',
    }),
  ),
  POSTGRES_SCHEMA: settings.word({ description: 'Schema of the tables, which must exist', default: 'public' }),
  ...plaintextSettings,
};

/** The settings of the sink. */
export const postgresSinkSettings = {
  ...postgresSettings,
  POSTGRES_CONNECTIONS: settings.integer({
    description: 'Most connections, and so most transactions at the same time, over all partitions',
    default: '4',
    min: 1,
    max: 1_000,
  }),
  POSTGRES_REQUEST_TIMEOUT_MS: settings.integer({
    description: 'How long the transaction of a batch may take',
    default: '30000',
    min: 100,
    max: 3_600_000,
  }),
};

export type PostgresConfig = Config<typeof postgresSettings>;
export type PostgresSinkConfig = Config<typeof postgresSinkSettings>;

/** The conditions between the settings. Their messages show no secret. */
export const postgresRules: readonly Rule<typeof postgresSettings>[] = [
  (config) =>
    plaintextCredentials(
      config,
      config.POSTGRES_PASSWORD === undefined ? undefined : 'POSTGRES_PASSWORD',
      config.POSTGRES_TLS ? [] : [config.POSTGRES_URL],
      'set POSTGRES_TLS=true',
    ),
  ({ POSTGRES_CA_FILE, POSTGRES_TLS }) =>
    POSTGRES_CA_FILE !== undefined && !POSTGRES_TLS
      ? 'POSTGRES_CA_FILE is set, so POSTGRES_TLS must be true'
      : undefined,
  ({ POSTGRES_URL }) =>
    /^\/[^/]+$/.test(new URL(POSTGRES_URL).pathname)
      ? undefined
      : 'POSTGRES_URL must end with the name of the database, such as postgres://localhost:5432/sluice',
];
