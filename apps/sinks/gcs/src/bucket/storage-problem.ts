import { describeError } from '@sluice/telemetry';

/** What Google's errors have in common, whether thrown by its clients or answered by its service. */
interface GoogleError {
  code: number | undefined;
  message: string;
  reason: string;
}

/** The roles that give a permission, the least of them. */
const roles: Readonly<Record<string, string>> = {
  'storage.objects.create': 'roles/storage.objectCreator',
  'storage.objects.get': 'roles/storage.objectViewer',
  'storage.objects.list': 'roles/storage.objectViewer',
  'storage.buckets.get': 'roles/storage.bucketViewer',
  'storage.buckets.create': 'roles/storage.admin, or create the bucket by hand',
};

/**
 * An error of Cloud Storage or of its credentials as one sentence: what, where, and how to mend it where that is known.
 *
 * @param error what a client threw, or the body of an answer
 */
export function storageProblem(error: unknown, bucket: string): Error {
  const { code, message, reason } = googleError(error);
  const sentence = mend({ code, message, reason }, bucket);
  const said = message.replaceAll(/\s+/g, ' ').trim();
  if (sentence === undefined)
    return new Error(code === undefined ? said : `Cloud Storage answers ${code} for bucket ${bucket}: ${said}`);
  return new Error(said === '' ? sentence : `${sentence} (${said})`);
}

function mend({ code, message, reason }: GoogleError, bucket: string): string | undefined {
  if (/could not load the default credentials/i.test(message))
    return (
      'there are no Google credentials here: attach a service account, set GOOGLE_APPLICATION_CREDENTIALS to its key file, ' +
      'or run `gcloud auth application-default login`; for a stand-in set GCS_ENDPOINT'
    );
  if (/unable to detect a project id/i.test(message))
    return `the project for the new bucket ${bucket} is not known: set GCS_PROJECT`;
  if (code === 401 || /invalid_grant|invalid_client|unauthorized_client/.test(message))
    return 'Google refuses the credentials: make a new key for the service account, or log in again with `gcloud auth application-default login`';
  if (code === 403) return forbidden(message, reason, bucket);
  if (code === 404) return `the bucket ${bucket} does not exist: create it, or start the sink again so that it does`;
  if (code === 409) return `the bucket name ${bucket} belongs to somebody else: choose another GCS_BUCKET`;
  if (code === 400 && /bucket name|bucketName/i.test(message))
    return `${bucket} cannot be the name of a bucket: choose another GCS_BUCKET`;
  if (code === 400 && /location/i.test(message))
    return 'there is no such location for a bucket: set another GCS_LOCATION';
  if (code === 400 && /storage class/i.test(message))
    return 'the bucket cannot have this storage class: set another GCS_STORAGE_CLASS';
  if (code === 400 && /crc32c|md5|checksum|hash/i.test(message))
    return 'the object was damaged on its way; it is sent again';
  return undefined;
}

function forbidden(message: string, reason: string, bucket: string): string {
  if (/billing/i.test(message) || reason === 'accountDisabled')
    return `the project of bucket ${bucket} has no billing account that pays: enable billing for it`;
  if (reason === 'accessNotConfigured' || /has not been used in project|is disabled/i.test(message))
    return 'the Cloud Storage API is not enabled in the project: enable storage.googleapis.com';
  if (/retention policy/i.test(message)) return `the retention policy of bucket ${bucket} forbids it`;
  const permission = /storage\.[a-z]+\.[a-zA-Z]+/.exec(message.replaceAll('storage.googleapis.com', ''))?.[0];
  if (permission === undefined) return `the credentials may not use bucket ${bucket}: see the roles in the README`;
  const role = roles[permission];
  return `the credentials lack ${permission} for bucket ${bucket}: ${role === undefined ? 'grant a role that has it' : `grant ${role}`}; if the bucket is not yours, choose another GCS_BUCKET`;
}

function googleError(error: unknown): GoogleError {
  const body = record(record(error)?.['error']) ?? record(error);
  const first = Array.isArray(body?.['errors']) ? record(body['errors'][0]) : undefined;
  const code = Number(body?.['code'] ?? record(record(error)?.['response'])?.['status']);
  return {
    code: Number.isInteger(code) ? code : undefined,
    message: error instanceof Error ? describeError(error) : String(body?.['message'] ?? ''),
    reason: String(first?.['reason'] ?? ''),
  };
}

const record = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
