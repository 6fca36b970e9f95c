import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { launchStack, type LaunchedStack } from '@sluice/testkit';
import { writeCertificate, type CertificateFiles } from './certificates.ts';

/** Servers whose Kafka has an authorizer and asks for TLS and a login, and whose Elasticsearch asks for one. */
export interface SecuredServers {
  stack: LaunchedStack;
  /** TLS, and a login by SCRAM-SHA-512, PLAIN or a token. */
  brokers: string;
  /** The same, but its certificate has expired. */
  expiredBrokers: string;
  /** TLS, and the client's certificate in place of a login. */
  mutualBrokers: string;
  /** The certificate of `brokers` and `mutualBrokers`. */
  authority: CertificateFiles;
  expiredAuthority: CertificateFiles;
  /** An authority that has signed nothing of these. */
  otherAuthority: CertificateFiles;
  /** The certificate that `mutualBrokers` trusts. Its user is `CN=client`. */
  client: CertificateFiles;
  /** Password of Elasticsearch's user `admin`, who may do all. */
  elasticsearchPassword: string;
}

/**
 * Starts the servers. The broker's user `plainUser` may log in by PLAIN; users of SCRAM are made later.
 *
 * @param folder for keys and certificates
 */
export async function launchSecuredServers(
  folder: string,
  plainUser: { name: string; password: string },
): Promise<SecuredServers> {
  const [authority, expiredAuthority, otherAuthority, client] = await Promise.all([
    writeCertificate(folder, 'broker'),
    writeCertificate(folder, 'expired', Date.now() - 3_600_000),
    writeCertificate(folder, 'other'),
    writeCertificate(folder, 'client'),
  ]);
  const [brokers, expiredBrokers, mutualBrokers] = [await freeAddress(), await freeAddress(), await freeAddress()];
  const properties = {
    'listener.security.protocol.map':
      'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL,EXPIRED:SASL_SSL,MUTUAL:SSL',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    // The scenario prepares topics and rights without a login.
    'super.users': 'User:ANONYMOUS',
    ...loginProperties('secured', plainUser),
    ...loginProperties('expired', plainUser),
    ...keyProperties('secured', authority),
    ...keyProperties('expired', expiredAuthority),
    ...keyProperties('mutual', authority),
    'listener.name.mutual.ssl.client.auth': 'required',
    'listener.name.mutual.ssl.truststore.type': 'PEM',
    'listener.name.mutual.ssl.truststore.location': client.certificate,
  };
  const elasticsearchPassword = randomBytes(12).toString('hex');
  const stack = await launchStack({
    name: `scenario-${process.pid}`,
    only: ['kafka', 'registry', 'elasticsearch', 'gcs', 'bigquery', 's3', 'opensearch', 'postgres'],
    quiet: true,
    settings: {
      ...{ KAFKA_BROKERS: '', SCHEMA_REGISTRY_URL: '', ELASTICSEARCH_URL: '', GCS_ENDPOINT: '', BIGQUERY_ENDPOINT: '' },
      ...{ S3_ENDPOINT: '', OPENSEARCH_URL: '', POSTGRES_URL: '' },
      STACK_KAFKA_LISTENERS: `SECURED://${brokers},EXPIRED://${expiredBrokers},MUTUAL://${mutualBrokers}`,
      STACK_KAFKA_PROPERTIES: Object.entries(properties)
        // Blanks separate properties, and a properties file has another way to write them.
        .map(([name, value]) => `${name}=${value.replaceAll(' ', '\\u0020')}`)
        .join(' '),
      STACK_ELASTICSEARCH_PASSWORD: elasticsearchPassword,
    },
  });
  return {
    ...{ stack, brokers, expiredBrokers, mutualBrokers },
    ...{ authority, expiredAuthority, otherAuthority, client, elasticsearchPassword },
  };
}

const loginProperties = (listener: string, user: { name: string; password: string }): Record<string, string> => {
  const prefix = `listener.name.${listener}`;
  const security = 'org.apache.kafka.common.security';
  return {
    [`${prefix}.sasl.enabled.mechanisms`]: 'SCRAM-SHA-512,PLAIN,OAUTHBEARER',
    [`${prefix}.scram-sha-512.sasl.jaas.config`]: `${security}.scram.ScramLoginModule required;`,
    [`${prefix}.plain.sasl.jaas.config`]: `${security}.plain.PlainLoginModule required user_${user.name}="${user.password}";`,
    // Without a handler of its own it takes tokens that carry no signature.
    [`${prefix}.oauthbearer.sasl.jaas.config`]: `${security}.oauthbearer.OAuthBearerLoginModule required;`,
  };
};

const keyProperties = (listener: string, { keyStore }: CertificateFiles): Record<string, string> => ({
  [`listener.name.${listener}.ssl.keystore.type`]: 'PEM',
  [`listener.name.${listener}.ssl.keystore.location`]: keyStore,
});

async function freeAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `127.0.0.1:${port}`;
}
