import { expect, test } from 'vitest';
import { withMembers } from '../servers/server.ts';
import { environmentOf, refuseOtherSize, withCompanions, withKnownMembers } from './start-servers.ts';

test('bigquery also starts the object store it loads from', () => {
  expect(withCompanions(['bigquery'], () => false)).toEqual(['gcs', 'bigquery']);
});

test('an object store that exists is not started', () => {
  expect(withCompanions(['bigquery'], (name) => name === 'gcs')).toEqual(['bigquery']);
});

test('the environment has only servers that can be used', () => {
  const environment = environmentOf([
    { name: 'kafka', state: 'running', address: '127.0.0.1:9092', pid: 1 },
    { name: 'gcs', state: 'external', address: 'http://there:4443' },
    { name: 'registry', state: 'external', address: 'http://there:8081', reason: 'nothing answers' },
    { name: 'bigquery', state: 'unavailable', reason: 'no Python' },
  ]);
  expect(environment).toEqual({ KAFKA_BROKERS: '127.0.0.1:9092', GCS_ENDPOINT: 'http://there:4443' });
});

test('the members of a cluster have one list of addresses, and an external address stands for all', () => {
  expect(
    environmentOf([
      { name: 'kafka', state: 'running', address: '127.0.0.1:9092', pid: 1 },
      { name: 'kafka-2', state: 'running', address: '127.0.0.1:9192', pid: 2 },
      { name: 'kafka-3', state: 'unavailable', reason: 'no Java' },
      { name: 'registry', state: 'external', address: 'http://there:8081' },
      { name: 'registry-2', state: 'external', address: 'http://there:8081' },
    ]),
  ).toEqual({ KAFKA_BROKERS: '127.0.0.1:9092,127.0.0.1:9192', SCHEMA_REGISTRY_URL: 'http://there:8081' });
});

const record = (port: number) => ({ ports: { client: port }, data: '/data', address: `127.0.0.1:${port}` });

test('a stack keeps the size of its cluster', () => {
  expect(withKnownMembers(['kafka', 'gcs'], {})).toEqual(['kafka', 'gcs']);
  expect(withKnownMembers(['kafka'], { kafka: record(1), 'kafka-2': record(2), 'kafka-3': record(3) })).toEqual([
    'kafka',
    'kafka-2',
    'kafka-3',
  ]);
});

test('brokers are not added to the data of one, and the error says how to delete it', () => {
  const three = withMembers(['kafka']);
  expect(() => refuseOtherSize('mine', three, {})).not.toThrow();
  expect(() => refuseOtherSize('mine', ['kafka'], { kafka: record(1) })).not.toThrow();
  expect(() => refuseOtherSize('mine', three, { kafka: record(1) })).toThrow(
    'The stack mine has the data of one kafka. Delete it with `npm run stack -- reset --name mine`',
  );
});
