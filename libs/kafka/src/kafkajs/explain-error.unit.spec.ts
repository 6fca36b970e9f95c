import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { describeError } from '@sluice/telemetry';
import { explainError, type Asked } from './explain-error.ts';

/** The types of kafkajs lack some of its error classes, and arguments of others. */
type ErrorClass = new (...args: readonly unknown[]) => Error;
const errors = kafkajs as unknown as Record<
  `KafkaJS${'CreateTopicError' | 'ConnectionClosedError' | 'SASLAuthenticationError' | 'GroupCoordinatorNotFound'}`,
  ErrorClass
>;

const protocol = (type: string) =>
  new kafkajs.KafkaJSProtocolError(
    Object.assign(new Error(`${type} of the broker`), { type, code: 29, retriable: false }),
  );
const inTopic = (type: string) =>
  new kafkajs.KafkaJSAggregateError('Topic creation errors', [
    new errors.KafkaJSCreateTopicError(protocol(type), 'orders'),
  ]);
const wrapped = (error: Error) => new kafkajs.KafkaJSNumberOfRetriesExceeded(error, { retryCount: 3, retryTime: 1 });
const said = (error: unknown, asked?: Asked) => describeError(explainError(error, asked));

describe('explainError', () => {
  it.each([
    [inTopic('TOPIC_AUTHORIZATION_FAILED'), /the topic orders.*CREATE/],
    [inTopic('INVALID_REPLICATION_FACTOR'), /orders.*KAFKA_TOPIC_REPLICATION/],
    [inTopic('INVALID_PARTITIONS'), /orders.*KAFKA_TOPIC_PARTITIONS/],
    [protocol('TOPIC_AUTHORIZATION_FAILED'), /the topic: .*READ or WRITE/],
    [wrapped(protocol('GROUP_AUTHORIZATION_FAILED')), /READ and DESCRIBE on the group/],
    [wrapped(protocol('CLUSTER_AUTHORIZATION_FAILED')), /CREATE on the cluster/],
    [protocol('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'), /WRITE and DESCRIBE on the transactional id/],
    [protocol('SASL_AUTHENTICATION_FAILED'), /KAFKA_SASL_PASSWORD/],
    [new errors.KafkaJSSASLAuthenticationError('SASL PLAIN authentication failed'), /KAFKA_SASL_USERNAME/],
    [
      new errors.KafkaJSGroupCoordinatorNotFound('Failed to find group coordinator'),
      /READ and DESCRIBE on the consumer group/,
    ],
    [
      wrapped(
        new kafkajs.KafkaJSConnectionError(
          'Connection error: Client network socket disconnected before secure TLS connection was established',
          { code: 'ECONNRESET' },
        ),
      ),
      /KAFKA_TLS=false/,
    ],
    [
      new kafkajs.KafkaJSConnectionError('Connection error: self-signed certificate', {
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      }),
      /KAFKA_TLS_CA_FILE/,
    ],
    [
      new kafkajs.KafkaJSConnectionError('Connection error: certificate has expired', { code: 'CERT_HAS_EXPIRED' }),
      /^the broker's certificate has expired/,
    ],
    [
      new kafkajs.KafkaJSConnectionError('Connection error: 8000:ssl3_read_bytes:ssl/tls alert certificate expired'),
      /^the client's certificate has expired: renew KAFKA_TLS_CERT_FILE/,
    ],
    [
      new kafkajs.KafkaJSConnectionError('Failed to connect: error:05800074:x509::key values mismatch'),
      /^KAFKA_TLS_KEY_FILE is not the key of/,
    ],
    [
      new kafkajs.KafkaJSConnectionError('Connection error: ssl3_read_bytes:ssl/tls alert certificate unknown'),
      /set KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE to one that it trusts/,
    ],
  ])('names the right or the setting for %s', (error, expected) => {
    expect(said(error)).toMatch(expected);
  });

  it.each([
    [protocol('TOPIC_AUTHORIZATION_FAILED'), /the topic orders or refunds: /],
    [protocol('GROUP_AUTHORIZATION_FAILED'), /the consumer group ledger: grant it READ/],
    [protocol('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'), /the transactional id ledger-0: grant it WRITE/],
    [protocol('CLUSTER_AUTHORIZATION_FAILED'), /WRITE on the topic orders or refunds, or IDEMPOTENT_WRITE/],
    [inTopic('TOPIC_AUTHORIZATION_FAILED'), /the topic orders: /],
    [
      new errors.KafkaJSGroupCoordinatorNotFound('Failed to find group coordinator'),
      /WRITE and DESCRIBE on the transactional id ledger-0, and READ and DESCRIBE on the consumer group ledger$/,
    ],
  ])('names what was asked for where the error does not: %s', (error, expected) => {
    const asked = { topics: ['orders', 'refunds'], group: 'ledger', transactionalId: 'ledger-0' };
    const explainedError = explainError(error, asked);
    expect(explainedError instanceof Error ? explainedError.message : '').toMatch(expected);
  });

  it('keeps the first explanation of an error, which knew what was asked for', () => {
    const missing = new errors.KafkaJSGroupCoordinatorNotFound('Failed to find group coordinator');
    const first = explainError(missing, { transactionalId: 'ledger-0' });
    if (!(first instanceof Error)) throw new Error('not explained');
    expect(explainError(wrapped(first), { group: 'ledger' })).toBe(first);
  });

  it('hints at TLS and the login for a connection that closes before it was ever used, and only then', () => {
    const error = wrapped(new errors.KafkaJSConnectionClosedError('Closed connection', { host: 'broker', port: 9093 }));
    expect(said(error, { connecting: { tls: false, login: false } })).toMatch(/KAFKA_TLS=true.*KAFKA_SASL_MECHANISM/);
    expect(said(error, { connecting: { tls: true, login: true } })).toMatch(/KAFKA_TLS=false/);
    expect(said(error)).toBe('Closed connection');
  });

  it('leaves other errors as they are, also those that contain themselves', () => {
    const other = new Error('another');
    other.cause = other;
    expect(explainError(other)).toBe(other);
    expect(explainError('text')).toBe('text');
  });
});
