/** How the client connects, for errors of a connection that was never established. */
interface Connecting {
  readonly tls: boolean;
  readonly login: boolean;
}

/** What was asked for: kafkajs's errors seldom name it. */
export interface Asked {
  /** Set where no connection has worked yet: a closed one then hints at wrong connection settings. */
  readonly connecting?: Connecting;
  readonly topics?: readonly string[];
  readonly group?: string;
  readonly transactionalId?: string;
}

/**
 * Turns an error of kafkajs into one whose message names what is missing and the setting or right that resolves it, with the original as
 * its cause. Other errors stay as they are. For reports to people: a caller that decides by an error's type must do so before.
 */
export function explainError(error: unknown, asked: Asked = {}): unknown {
  const { connecting } = asked;
  const all = within(error);
  // What asked for it knew more than those that it passes by.
  const before = all.find((one) => explanations.has(one));
  if (before !== undefined) return before;
  const sentence = all
    .map((one) => explanation(one, asked) ?? (connecting && closed(one, connecting)))
    .find((found) => found !== undefined);
  if (sentence === undefined) return error;
  const explained = new Error(sentence, { cause: error });
  explanations.add(explained);
  return explained;
}

const explanations = new WeakSet<Error>();

/** The same outcome, with its error explained. */
export const explained = <T>(act: Promise<T>, asked?: Asked): Promise<T> =>
  act.catch((error: unknown) => {
    throw explainError(error, asked);
  });

const topicOf = (at: string): string => (at === '' ? 'the topic' : `the topic ${at}`);
const groupOf = ({ group }: Asked): string =>
  group === undefined ? 'the consumer group' : `the consumer group ${group}`;
const idOf = ({ transactionalId: id }: Asked): string =>
  id === undefined ? 'the transactional id' : `the transactional id ${id}`;

/** @see https://kafka.apache.org/43/security/authorization-and-acls/ the operations that each request needs */
const byType: Readonly<Record<string, (topic: string, asked: Asked) => string>> = {
  TOPIC_AUTHORIZATION_FAILED: (topic) =>
    `Kafka denies this user access to ${topicOf(topic)}: grant it DESCRIBE and READ or WRITE on the topic, and CREATE if the topic is absent, or create the topic beforehand`,
  GROUP_AUTHORIZATION_FAILED: (_, asked) =>
    `Kafka denies this user access to ${groupOf(asked)}: grant it READ and DESCRIBE on the group`,
  CLUSTER_AUTHORIZATION_FAILED: (topic) =>
    `Kafka denies this user access to the cluster: to write, grant it WRITE on ${topicOf(topic)}, or IDEMPOTENT_WRITE on the cluster; to create topics, grant it CREATE on the cluster, or create them beforehand`,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: (_, asked) =>
    `Kafka denies this user ${idOf(asked)}: grant it WRITE and DESCRIBE on the transactional id`,
  SASL_AUTHENTICATION_FAILED: () => loginRefused,
  ILLEGAL_SASL_STATE: () => 'the broker asks for another way to log in: check KAFKA_SASL_MECHANISM and KAFKA_BROKERS',
  UNSUPPORTED_SASL_MECHANISM: () =>
    'the broker does not support this way to log in: set KAFKA_SASL_MECHANISM to one that it supports',
  INVALID_REPLICATION_FACTOR: (topic) =>
    `Kafka cannot create ${topicOf(topic)} with so many replicas: set KAFKA_TOPIC_REPLICATION to at most the number of brokers, or to -1 for the broker's default`,
  INVALID_PARTITIONS: (topic) =>
    `Kafka cannot create ${topicOf(topic)} with so many partitions: set KAFKA_TOPIC_PARTITIONS to a number that the broker allows`,
  POLICY_VIOLATION: (topic) =>
    `a policy of the Kafka cluster forbids to create ${topicOf(topic)}: set KAFKA_TOPIC_PARTITIONS and KAFKA_TOPIC_REPLICATION as the policy demands, or create the topic beforehand`,
};

const loginRefused =
  'Kafka refuses the login: check KAFKA_SASL_MECHANISM, and KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD or the KAFKA_OAUTH_… settings';

function explanation(error: Error, asked: Asked): string | undefined {
  const type = text(error, 'type');
  const byItsType = Object.hasOwn(byType, type) ? byType[type] : undefined;
  if (byItsType !== undefined) return byItsType(text(error, 'topic') || (asked.topics ?? []).join(' or '), asked);
  if (error.name === 'KafkaJSSASLAuthenticationError') return loginRefused;
  // kafkajs drops the broker's answer.
  if (error.name === 'KafkaJSGroupCoordinatorNotFound')
    return `Kafka names no coordinator: if the cluster has ACLs, grant this user ${coordinated(asked)}`;
  const said = `${text(error, 'code')} ${error.message}`;
  if (/alert certificate.?expired/i.test(said))
    return "the client's certificate has expired: renew KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE";
  if (/key values mismatch/.test(said)) return 'KAFKA_TLS_KEY_FILE is not the key of KAFKA_TLS_CERT_FILE';
  if (/certificate.?(?:required|unknown)|handshake.?failure|bad.?certificate|unknown.?ca\b/i.test(said))
    return "the broker refuses the TLS handshake: if it asks for the client's certificate, set KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE to one that it trusts";
  if (/ALTNAME_INVALID/.test(said))
    return "the broker's certificate is for another host: set KAFKA_BROKERS to names that the certificate has";
  if (/certificate has expired|CERT_HAS_EXPIRED/i.test(said))
    return "the broker's certificate has expired: renew it at the broker, and KAFKA_TLS_CA_FILE if it is that authority's";
  if (/self.?signed|UNABLE_TO_|unable to (?:get|verify)/i.test(said))
    return "the broker's certificate is not trusted: set KAFKA_TLS_CA_FILE to the authority that signed it";
  if (/wrong.version.number|packet.length.too.long|before secure TLS|record.layer.failure/i.test(said))
    return "the broker does not answer TLS: set KAFKA_TLS=false, or KAFKA_BROKERS to the broker's TLS port";
  return undefined;
}

function coordinated(asked: Asked): string {
  const rights = [
    ...(asked.transactionalId === undefined ? [] : [`WRITE and DESCRIBE on ${idOf(asked)}`]),
    ...(asked.group === undefined && asked.transactionalId !== undefined
      ? []
      : [`READ and DESCRIBE on ${groupOf(asked)}`]),
  ];
  return rights.join(', and ');
}

function closed(error: Error, { tls, login }: Connecting): string | undefined {
  const isClosed =
    error.name === 'KafkaJSConnectionClosedError' ||
    /ECONNRESET|closed by the server/.test(`${text(error, 'code')} ${error.message}`);
  if (!isClosed) return undefined;
  const hints = [
    tls ? 'set KAFKA_TLS=false if this port does not speak TLS' : 'set KAFKA_TLS=true if this port speaks TLS',
    ...(login ? [] : ['set KAFKA_SASL_MECHANISM if it asks for a login']),
  ];
  return `the broker closed the connection before it could be used: ${hints.join(', and ')}`;
}

/** The error and all errors inside it, each once, innermost last. */
function within(error: unknown): Error[] {
  const found = new Set<Error>();
  const add = (one: unknown): void => {
    if (!(one instanceof Error) || found.has(one)) return;
    found.add(one);
    if ('errors' in one && Array.isArray(one.errors)) one.errors.forEach(add);
    if ('originalError' in one) add(one.originalError);
    add(one.cause);
  };
  add(error);
  return [...found];
}

const text = (error: Error, name: string): string => {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
};
