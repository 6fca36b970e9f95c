// What the log says where Kafka has an authorizer, a login and TLS, and the app lacks a right or has a wrong setting.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@sluice/config';
import { testCertificate, testPrivateKey } from '@sluice/config/testing';
import { connectKafka, kafkaRules, kafkaSettings, type KafkaClient } from '@sluice/kafka';
import { noHandlers, capturedLog, testKafka, uniqueName, type TestKafka } from '@sluice/kafka/testing';
import { eventually, launchBroker, type LaunchedBroker } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

const user = 'app';
const password = 'open-sesame';
let folder: string;
let broker: LaunchedBroker;
/** Allowed everything, without a login. */
let owner: TestKafka;
let [login, secure] = ['', ''];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-rights-'));
  const keys = join(folder, 'keys.pem');
  writeFileSync(keys, testPrivateKey + testCertificate);
  [login, secure] = [await freeAddress(), await freeAddress()];
  const properties = {
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LOGIN:SASL_PLAINTEXT,SECURE:SSL',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
    'listener.name.login.sasl.enabled.mechanisms': 'PLAIN',
    // Blanks separate properties, and a properties file has another way to write them.
    'listener.name.login.plain.sasl.jaas.config':
      `org.apache.kafka.common.security.plain.PlainLoginModule required user_${user}="${password}";`.replaceAll(
        ' ',
        '\\u0020',
      ),
    'listener.name.secure.ssl.keystore.type': 'PEM',
    'listener.name.secure.ssl.keystore.location': keys,
  };
  broker = await launchBroker(uniqueName('kafka-rights'), {
    STACK_KAFKA_LISTENERS: `LOGIN://${login},SECURE://${secure}`,
    STACK_KAFKA_PROPERTIES: Object.entries(properties)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
  });
  owner = await testKafka(broker.brokers);
}, 240_000);
afterAll(async () => {
  await owner.disconnect();
  await broker.stop();
  rmSync(folder, { recursive: true });
});

async function freeAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

/** A client that is being connected, and what it logs; it ends with the test. */
function connecting(environment: Record<string, string>) {
  const { logger, lines } = capturedLog();
  const stop = new AbortController();
  const config = loadConfig('test', kafkaSettings, environment, kafkaRules);
  const client = connectKafka({ config, clientId: 'test', logger, signal: stop.signal });
  client.catch(() => {});
  onTestFinished(async () => {
    stop.abort();
    await client.then((connected) => connected.disconnect()).catch(() => {});
  });
  return {
    client,
    signal: stop.signal,
    /** Waits until the log says why it waits. */
    says: (reason: RegExp) =>
      eventually(() =>
        expect(lines.map(({ fields }) => fields['reason'])).toContainEqual(expect.stringMatching(reason)),
      ),
  };
}

const loggedIn = {
  KAFKA_SASL_MECHANISM: 'plain',
  KAFKA_SASL_USERNAME: user,
  KAFKA_SASL_PASSWORD: password,
};
const asUser = (more: Record<string, string> = {}) => connecting({ KAFKA_BROKERS: login, ...loggedIn, ...more });

/** Why a member of a group is not one. */
function interruption(client: KafkaClient, groupId: string, topic: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const consumer = client.join({
    groupId,
    topics: [topic],
    fetchBytes: 1_000_000,
    fetchMaxBytes: 1_000_000,
    lingerMs: 100,
    publishes: [],
    sessionTimeoutMs: 6_000,
    handlers: {
      ...noHandlers,
      assigned: (assigned) => assigned.start(0n),
      interrupted: resolve,
    },
  });
  onTestFinished(() => consumer.stop());
  return promise;
}

describe('a missing right is named, with what it is missing on', () => {
  it('to create a topic', async () => {
    const { client, signal, says } = asUser();
    const topic = uniqueName('topic');
    (await client).ensureTopics([topic], { signal }).catch(() => {});
    await says(new RegExp(`denies this user access to the topic ${topic}: .*CREATE`));
    await owner.allow(user, 'TOPIC', topic, ['CREATE', 'DESCRIBE']);
    await eventually(async () => expect(await owner.topics()).toContain(topic));
  });

  it('to join a consumer group, and to read its offsets', async () => {
    const [topic, group] = [await owner.topic(), uniqueName('group')];
    await owner.allow(user, 'TOPIC', topic, ['READ', 'DESCRIBE']);
    const client = await asUser().client;
    const denied = new RegExp(`READ and DESCRIBE on the (?:consumer )?group`);
    const reason = await interruption(client, group, topic);
    expect(reason).toMatch(denied);
    expect(reason).toContain(group);
    const offsets: unknown = await client.committedOffsets(group, topic).catch((error: unknown) => error);
    expect(offsets).toMatchObject({ message: expect.stringMatching(denied) });
    expect(offsets).toMatchObject({ message: expect.stringContaining(group) });
  });

  it('to read a topic', async () => {
    const [topic, group] = [await owner.topic(), uniqueName('group')];
    await owner.allow(user, 'GROUP', group, ['READ', 'DESCRIBE']);
    await owner.allow(user, 'TOPIC', topic, ['DESCRIBE']);
    const reason = await interruption(await asUser().client, group, topic);
    expect(reason).toMatch(new RegExp(`the topic ${topic}: grant it DESCRIBE and READ`));
  });

  it('to write without transactions', async () => {
    const { client, says } = asUser();
    (await client).producer().catch(() => {});
    await says(/WRITE on the topic, or IDEMPOTENT_WRITE on the cluster/);
  });

  it('to use a transactional id, and to write in its transactions', async () => {
    const [topic, other, id] = [await owner.topic(), await owner.topic(), uniqueName('id')];
    await owner.allow(user, 'TOPIC', topic, ['DESCRIBE']);
    // A producer needs the right to write to some topic before it asks for its transactions.
    await owner.allow(user, 'TOPIC', other, ['WRITE']);
    const client = await asUser().client;
    const denied: unknown = await client.transactionalProducer(id).catch((error: unknown) => error);
    expect(denied).toMatchObject({ message: expect.stringMatching(/WRITE and DESCRIBE on the transactional id/) });
    expect(denied).toMatchObject({ message: expect.stringContaining(id) });
    await owner.allow(user, 'TRANSACTIONAL_ID', id, ['WRITE', 'DESCRIBE']);
    const producer = await eventually(() => client.transactionalProducer(id));
    onTestFinished(() => producer.close());
    await expect(producer.publish([{ topic, key: null, value: Buffer.of(1) }])).rejects.toThrow(
      new RegExp(`access to the topic ${topic}: .*WRITE`),
    );
  });

  it('to read a topic outside of the groups', async () => {
    const topic = await owner.topic();
    const producer = await owner.producer();
    await producer.send(topic, [{ key: null, value: Buffer.of(1) }]);
    await producer.disconnect();
    await owner.allow(user, 'TOPIC', topic, ['READ', 'DESCRIBE']);
    const client = await asUser().client;
    await expect(client.read(topic, () => {}, AbortSignal.timeout(30_000))).rejects.toThrow(
      /READ and DESCRIBE on .*sluice-reader-\*|sluice-reader-\*: grant it READ/,
    );
  });
});

describe('a mistake that only the broker notices names the setting', () => {
  it('of TLS, where the port speaks it', () =>
    connecting({ KAFKA_BROKERS: secure }).says(/closed the connection .*set KAFKA_TLS=true if this port speaks TLS/));

  it('of TLS, where the port does not speak it', () =>
    connecting({ KAFKA_BROKERS: broker.brokers, KAFKA_TLS: 'true' }).says(/KAFKA_TLS=false/));

  it('of the authority', () =>
    connecting({ KAFKA_BROKERS: secure, KAFKA_TLS: 'true' }).says(/is not trusted: set KAFKA_TLS_CA_FILE/));

  it('of the login, where it is wrong', () =>
    asUser({ KAFKA_SASL_PASSWORD: 'another' }).says(/refuses the login: check .*KAFKA_SASL_PASSWORD/));

  it('of the login, where there is none', () =>
    connecting({ KAFKA_BROKERS: login }).says(/set KAFKA_SASL_MECHANISM if it asks for a login/));

  it('of the number of replicas', async () => {
    const { client, signal, says } = connecting({
      KAFKA_BROKERS: broker.brokers,
      KAFKA_TOPIC_REPLICATION: '3',
    });
    const topic = uniqueName('topic');
    (await client).ensureTopics([topic], { signal }).catch(() => {});
    await says(new RegExp(`cannot create the topic ${topic} with so many replicas: set KAFKA_TOPIC_REPLICATION`));
  });
});
