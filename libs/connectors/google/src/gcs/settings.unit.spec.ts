import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '@sluice/config';
import { newBucket } from './prepare-bucket.ts';
import { gcsSinkRules, gcsSinkSettings } from './settings.ts';

const load = (environment: Record<string, string>) => loadConfig('gcs', gcsSinkSettings, environment, gcsSinkRules);

function mistakes(environment: Record<string, string>): readonly string[] {
  try {
    load(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

describe('the settings', () => {
  it('need nothing to be set', () => {
    expect(load({})).toMatchObject({ GCS_BUCKET: 'sluice', GCS_FORMAT: 'json', GCS_ENDPOINT: undefined });
  });

  it.each([
    [{ GCS_BUCKET: 'My Bucket' }, 'GCS_BUCKET must be a bucket name'],
    [{ GCS_PREFIX: '/events' }, 'GCS_PREFIX must not begin with a slash'],
    [{ GCS_OBJECT_WAIT_MS: '700000' }, 'GCS_SMALL_OBJECT_WAIT_MS must be at least GCS_OBJECT_WAIT_MS'],
    [{ GCS_OBJECT_BYTES: '1000' }, 'GCS_SMALL_OBJECT_BYTES must be at most GCS_OBJECT_BYTES'],
    [{ GCS_COLDER_AFTER_DAYS: '9', GCS_STORAGE_CLASS: 'nearline' }, 'GCS_COLDER_CLASS must be colder'],
    [{ GCS_COLDER_AFTER_DAYS: '9', GCS_DELETE_AFTER_DAYS: '9' }, 'GCS_COLDER_AFTER_DAYS must be less than'],
    [{ GCS_FORMAT: 'csv' }, 'GCS_FORMAT must be one of json, avro; it is "csv"'],
    [{ GCS_BUCKETS: 'x' }, 'GCS_BUCKETS is not a setting; did you mean GCS_BUCKET?'],
  ])('%o are refused: %s', (environment, mistake) => {
    expect(mistakes(environment)).toEqual([expect.stringContaining(mistake)]);
  });

  it('make a bucket of the location, class and lifecycle that they name, closed to the public', () => {
    const closed = {
      iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
    };
    expect(newBucket(load({}))).toEqual({ storageClass: 'STANDARD', ...closed });
    const environment = {
      GCS_LOCATION: 'asia-northeast1',
      GCS_STORAGE_CLASS: 'nearline',
      GCS_COLDER_AFTER_DAYS: '90',
      GCS_COLDER_CLASS: 'archive',
      GCS_DELETE_AFTER_DAYS: '730',
    };
    expect(newBucket(load(environment))).toEqual({
      location: 'asia-northeast1',
      storageClass: 'NEARLINE',
      lifecycle: {
        rule: [
          { action: { type: 'SetStorageClass', storageClass: 'ARCHIVE' }, condition: { age: 90 } },
          { action: { type: 'Delete' }, condition: { age: 730 } },
        ],
      },
      ...closed,
    });
  });
});
