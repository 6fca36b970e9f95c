import { FatalError, retryForever } from '@sluice/telemetry';
import kafkajs, { type Admin, type Kafka, type KafkaConfig as KafkaJsConfig } from 'kafkajs';
import { compressionTypes } from '../compression/compression-codecs.ts';
import type { ConnectOptions } from '../kafka-client.ts';
import type { KafkaConfig } from '../kafka-settings.ts';
import { newCluster, speaks } from './cluster.ts';
import { explained } from './explain-error.ts';
import { kafkaLog } from './kafka-log.ts';
import { installCompression } from './patches/compression.ts';
import { installFetchDecoder } from './patches/fetch-decoder.ts';
import { installRequestQueue } from './patches/request-queue.ts';
import { txnOffsetCommit, versionWithGeneration } from './requests/txn-offset-commit.ts';

/** kafkajs, connected. */
export interface Connection extends ConnectOptions {
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly compression: (typeof compressionTypes)[keyof typeof compressionTypes];
  /** As the object of "waiting for". */
  readonly what: string;
}

/** Patches kafkajs and connects it, waiting for as long as that takes. @throws FatalError when the brokers are too old */
export async function openConnection(options: ConnectOptions): Promise<Connection> {
  const { config } = options;
  installCompression();
  installFetchDecoder(config.KAFKA_MAX_BATCH_BYTES);
  installRequestQueue();
  const kafka = new kafkajs.Kafka(clientConfig(options));
  const admin = kafka.admin({ retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 } });
  const compression = compressionTypes[config.KAFKA_COMPRESSION];
  const connection: Connection = {
    ...options,
    kafka,
    admin,
    compression,
    what: `Kafka at ${config.KAFKA_BROKERS.join(', ')}`,
  };
  const connecting = { tls: config.KAFKA_TLS, login: config.KAFKA_SASL_MECHANISM !== undefined };
  await retryForever({ ...connection, isFinal: (error) => error instanceof FatalError }, () =>
    explained(connectAndAsk(connection), { connecting }),
  );
  return connection;
}

async function connectAndAsk({ kafka, admin, what }: Connection): Promise<void> {
  await admin.connect();
  // A broker that asks for a login lets a client connect without one, and ends the connection at its first request.
  await admin.describeCluster();
  const cluster = newCluster(kafka);
  try {
    await cluster.connect();
    if (!speaks(cluster, txnOffsetCommit, versionWithGeneration))
      throw new FatalError(`${what} is older than 2.5: Sluice needs Kafka 2.5 or newer`, 'kafka-too-old');
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}

function clientConfig({ config, clientId, logger }: ConnectOptions): KafkaJsConfig {
  return {
    clientId,
    brokers: [...config.KAFKA_BROKERS],
    ...security(config),
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 5_000 },
    logCreator: kafkaLog(logger),
    // Its debug lines cost even when they are not written.
    logLevel: logger.isLevelEnabled('debug') ? kafkajs.logLevel.DEBUG : kafkajs.logLevel.NOTHING,
  };
}

function security(config: KafkaConfig): Pick<KafkaJsConfig, 'ssl' | 'sasl'> {
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username = '',
    KAFKA_SASL_PASSWORD: password = '',
  } = config;
  const { KAFKA_TLS_CA_FILE: ca, KAFKA_TLS_CERT_FILE: cert, KAFKA_TLS_KEY_FILE: key } = config;
  return {
    ...(config.KAFKA_TLS && { ssl: { ...(ca && { ca: [ca] }), ...(cert && { cert }), ...(key && { key }) } }),
    ...(mechanism && { sasl: { mechanism, username, password } as NonNullable<KafkaJsConfig['sasl']> }),
  };
}
