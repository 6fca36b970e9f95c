import { expect, it } from 'vitest';
import { takesGoogleCredentials } from './google-credentials.ts';

it.each([
  'https://storage.googleapis.com',
  'https://bigquery.googleapis.com/bigquery/v2',
  'https://private.googleapis.com',
  'https://storage-vialink1.p.googleapis.com',
])('Google itself gets its credentials: %s', (url) => {
  expect(takesGoogleCredentials(url, false)).toBe(true);
});

it.each([
  'https://minio.example.com',
  'https://googleapis.com.example.com',
  'https://evilgoogleapis.com',
  'https://example.com/storage.googleapis.com',
  'https://storage.googleapis.com@example.com',
  'https://example.com:443#.googleapis.com',
])('another host gets them only where a setting says so: %s', (url) => {
  expect(takesGoogleCredentials(url, false)).toBe(false);
  expect(takesGoogleCredentials(url, true)).toBe(true);
});

it.each(['http://storage.googleapis.com', 'http://localhost:4443', 'no address'])('nothing sends them to %s', (url) => {
  expect(takesGoogleCredentials(url, true)).toBe(false);
});
