import { expect, test } from 'vitest';
import { environmentOf, withCompanions } from './start-servers.ts';

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
