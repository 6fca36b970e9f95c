import { plaintextCredentials, plaintextSettings, withoutTls, settings, type Config, type Rule } from '@sluice/config';

/** One setting for the delay of every source, processor and sink, which fetches, batches, transactions and commits share. */
export const lingerSettings = {
  LINGER_MS: settings.integer({
    description: 'How long an event may wait for others, so that they share requests and transactions',
    default: '100',
    // Heartbeats wait with a fetch.
    max: 2_000,
  }),
};

/** How every app reaches Kafka. */
export const kafkaSettings = {
  KAFKA_BROKERS: settings.addresses({ description: 'Brokers to begin with', default: 'localhost:9092' }),
  KAFKA_TLS: settings.flag({ description: 'Whether to speak TLS', default: 'false' }),
  KAFKA_TLS_CA_FILE: settings.optional(
    settings.renewedCertificates({
      description: 'Certificate authority of the brokers, PEM; read again for each connection',
      example: '/etc/kafka/ca.pem',
    }),
  ),
  KAFKA_TLS_CERT_FILE: settings.optional(
    settings.renewedCertificates({
      description: "The client's certificate, PEM; read again for each connection",
      example: '/etc/kafka/client.pem',
    }),
  ),
  KAFKA_TLS_KEY_FILE: settings.optional(
    settings.renewedPrivateKey({
      description: "The client's private key, PEM; read again for each connection",
      example: '/etc/kafka/client.key',
      secret: true,
    }),
  ),
  KAFKA_SASL_MECHANISM: settings.optional(
    settings.choice(['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'], {
      description: 'How to log in',
      example: 'scram-sha-512',
    }),
  ),
  KAFKA_SASL_USERNAME: settings.optional(settings.text({ description: 'User to log in as' })),
  KAFKA_SASL_PASSWORD: settings.optional(settings.text({ description: 'Password to log in with', secret: true })),
  KAFKA_OAUTH_TOKEN_URL: settings.optional(
    settings.httpUrl({
      description: 'Where to get tokens for the mechanism oauthbearer, by the grant of client credentials',
      example: 'https://login.example.com/oauth2/token',
    }),
  ),
  KAFKA_OAUTH_CLIENT_ID: settings.optional(settings.text({ description: 'Client that tokens are for' })),
  KAFKA_OAUTH_CLIENT_SECRET: settings.optional(
    settings.text({ description: 'Secret of the client that tokens are for', secret: true }),
  ),
  KAFKA_OAUTH_SCOPE: settings.optional(settings.text({ description: 'Scope to ask tokens for', example: 'kafka' })),
  KAFKA_COMPRESSION: settings.choice(['none', 'gzip', 'snappy', 'lz4', 'zstd'], {
    description: 'How written records are compressed; all kinds are read',
    default: 'zstd',
  }),
  KAFKA_MAX_BATCH_BYTES: settings.integer({
    description:
      'Most bytes that one batch of records may have when it is unpacked; a batch that has more blocks its partition',
    default: '33554432',
    min: 1_048_576,
    max: 1_073_741_824,
  }),
  KAFKA_TOPIC_PARTITIONS: settings.integer({
    description: 'Partitions of a topic that is created',
    default: '4',
    min: 1,
    max: 10_000,
  }),
  KAFKA_TOPIC_REPLICATION: settings.integer({
    description: "Replicas of a topic that is created; -1 is the broker's default",
    default: '-1',
    min: -1,
    max: 100,
  }),
  ...plaintextSettings,
};

/** What a mechanism sends as it is. SCRAM sends only proof that the client knows the password. */
const sentAsTheyAre: Readonly<Record<string, string>> = {
  plain: 'KAFKA_SASL_PASSWORD',
  oauthbearer: 'the token of KAFKA_OAUTH_CLIENT_ID',
};

export type KafkaConfig = Config<typeof kafkaSettings>;

/** The conditions between Kafka's settings; spread into an app's rules. */
export const kafkaRules: readonly Rule<typeof kafkaSettings>[] = [
  (config) => {
    const sent = sentAsTheyAre[config.KAFKA_SASL_MECHANISM ?? ''];
    return config.KAFKA_TLS
      ? undefined
      : plaintextCredentials(config, sent, config.KAFKA_BROKERS, 'set KAFKA_TLS=true');
  },
  (config) =>
    plaintextCredentials(
      config,
      'KAFKA_OAUTH_CLIENT_SECRET',
      withoutTls([config.KAFKA_OAUTH_TOKEN_URL ?? '']),
      'let KAFKA_OAUTH_TOKEN_URL begin with https://',
    ),
  // kafkajs 2.2.4 cuts an address at its first colon.
  ({ KAFKA_BROKERS }) =>
    KAFKA_BROKERS.some((broker) => broker.startsWith('['))
      ? 'KAFKA_BROKERS must have a host name for a broker with an IPv6 address'
      : undefined,
  ({ KAFKA_TOPIC_REPLICATION }) =>
    KAFKA_TOPIC_REPLICATION === 0
      ? "KAFKA_TOPIC_REPLICATION must be at least 1, or -1 for the broker's default; it is 0"
      : undefined,
  ({ KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD }) => {
    const credentials = [KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD].filter((value) => value !== undefined).length;
    const takesPassword = KAFKA_SASL_MECHANISM !== undefined && KAFKA_SASL_MECHANISM !== 'oauthbearer';
    if (takesPassword && credentials < 2) {
      return 'KAFKA_SASL_MECHANISM is set, so KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must be set too';
    }
    if (KAFKA_SASL_MECHANISM === 'oauthbearer' && credentials > 0) {
      return 'KAFKA_SASL_MECHANISM is oauthbearer, so KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must not be set';
    }
    if (KAFKA_SASL_MECHANISM === undefined && credentials > 0) {
      return 'KAFKA_SASL_USERNAME or KAFKA_SASL_PASSWORD is set, so KAFKA_SASL_MECHANISM must be set too';
    }
    return undefined;
  },
  ({ KAFKA_SASL_MECHANISM, KAFKA_OAUTH_TOKEN_URL, KAFKA_OAUTH_CLIENT_ID, KAFKA_OAUTH_CLIENT_SECRET }) => {
    const given = [KAFKA_OAUTH_TOKEN_URL, KAFKA_OAUTH_CLIENT_ID, KAFKA_OAUTH_CLIENT_SECRET].filter(
      (value) => value !== undefined,
    ).length;
    if (KAFKA_SASL_MECHANISM === 'oauthbearer')
      return given === 3
        ? undefined
        : 'KAFKA_SASL_MECHANISM is oauthbearer, so KAFKA_OAUTH_TOKEN_URL, KAFKA_OAUTH_CLIENT_ID and KAFKA_OAUTH_CLIENT_SECRET must be set too';
    return given === 0
      ? undefined
      : 'KAFKA_SASL_MECHANISM must be oauthbearer for the KAFKA_OAUTH_… settings to be used';
  },
  ({ KAFKA_TLS, KAFKA_TLS_CA_FILE, KAFKA_TLS_CERT_FILE, KAFKA_TLS_KEY_FILE }) =>
    !KAFKA_TLS && [KAFKA_TLS_CA_FILE, KAFKA_TLS_CERT_FILE, KAFKA_TLS_KEY_FILE].some((file) => file !== undefined)
      ? 'KAFKA_TLS must be true for the KAFKA_TLS_… files to be used'
      : undefined,
  ({ KAFKA_TLS_CERT_FILE, KAFKA_TLS_KEY_FILE }) =>
    (KAFKA_TLS_CERT_FILE === undefined) !== (KAFKA_TLS_KEY_FILE === undefined)
      ? 'KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE must be set together'
      : undefined,
];

/** How every app reaches the schema registry. */
export const schemaRegistrySettings = {
  SCHEMA_REGISTRY_URL: settings.httpUrls({
    description:
      "The schema registry, Confluent-compatible, with its path if it has one; of a cluster, all members' addresses, separated by commas",
    default: 'http://localhost:8081/apis/ccompat/v7',
  }),
  SCHEMA_REGISTRY_USERNAME: settings.optional(settings.text({ description: 'User of the schema registry' })),
  SCHEMA_REGISTRY_PASSWORD: settings.optional(
    settings.text({ description: 'Password of the schema registry', secret: true }),
  ),
};

/** The registry's addresses and credentials, as `createCodec` takes them. */
export function registryOptions(config: Config<typeof schemaRegistrySettings>): {
  url: readonly string[];
  auth?: { username: string; password: string };
} {
  const {
    SCHEMA_REGISTRY_URL: url,
    SCHEMA_REGISTRY_USERNAME: username,
    SCHEMA_REGISTRY_PASSWORD: password = '',
  } = config;
  return username === undefined ? { url } : { url, auth: { username, password } };
}

/** The conditions between the registry's settings; spread into an app's rules. */
export const schemaRegistryRules: readonly Rule<typeof schemaRegistrySettings & typeof plaintextSettings>[] = [
  ({ SCHEMA_REGISTRY_URL, SCHEMA_REGISTRY_USERNAME, ...config }) =>
    plaintextCredentials(
      config,
      SCHEMA_REGISTRY_USERNAME === undefined ? undefined : 'SCHEMA_REGISTRY_PASSWORD',
      withoutTls(SCHEMA_REGISTRY_URL),
      'let SCHEMA_REGISTRY_URL begin with https://',
    ),
];
