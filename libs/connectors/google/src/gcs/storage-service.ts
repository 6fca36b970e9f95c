import { googleService, type GoogleService, type ServiceOptions } from '../client/google-service.ts';
import type { GcsAccessConfig } from './settings.ts';

/** Cloud Storage's JSON API: https://cloud.google.com/storage/docs/json_api */
export const storageService = (
  { GCS_ENDPOINT, GCS_SEND_CREDENTIALS }: GcsAccessConfig,
  options: Pick<ServiceOptions, 'scopes' | 'projectId' | 'timeoutMs' | 'timeoutSetting' | 'context'>,
): GoogleService =>
  googleService({
    ...options,
    name: 'Cloud Storage',
    address: GCS_ENDPOINT ?? 'https://storage.googleapis.com',
    addressSetting: 'GCS_ENDPOINT',
    sendsCredentials: GCS_SEND_CREDENTIALS,
  });

/** What a sink needs that creates the bucket and its objects. */
export const writeScopes = [
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/devstorage.full_control',
];

export const readScopes = ['https://www.googleapis.com/auth/devstorage.read_only'];

export const bucketPath = (bucket: string): string => `/storage/v1/b/${encodeURIComponent(bucket)}`;

export const objectPath = (bucket: string, name: string): string =>
  `${bucketPath(bucket)}/o/${encodeURIComponent(name)}`;
