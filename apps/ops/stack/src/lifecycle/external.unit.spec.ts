import { expect, test } from 'vitest';
import { externalAddress, hostAndPort } from './external.ts';
import { kafka } from '../servers/kafka.ts';

test.each([
  ['127.0.0.1:9092', '127.0.0.1', 9092],
  ['one:9092,two:9093', 'one', 9092],
  ['http://registry:8081/apis/ccompat/v7', 'registry', 8081],
  ['https://storage.googleapis.com', 'storage.googleapis.com', 443],
  ['http://[::1]:9200', '::1', 9200],
])('%s is host %s, port %i', (address, host, port) => {
  expect(hostAndPort(address)).toEqual({ host, port });
});

test('a server is external only if its variable is not blank', () => {
  expect(externalAddress(kafka, { KAFKA_BROKERS: 'there:9092' })).toBe('there:9092');
  expect(externalAddress(kafka, { KAFKA_BROKERS: ' ' })).toBeUndefined();
  expect(externalAddress(kafka, {})).toBeUndefined();
});
