import { errorDetails } from '../client/error-answer.ts';
import { refusedCredentials } from '../client/credentials-problem.ts';
import type { ServiceAnswer } from '../client/google-service.ts';

/** The roles that give a permission, the least of them. */
const roles: Readonly<Record<string, string>> = {
  'storage.objects.create': 'roles/storage.objectCreator',
  'storage.objects.get': 'roles/storage.objectViewer',
  'storage.objects.list': 'roles/storage.objectViewer',
  'storage.buckets.get': 'roles/storage.bucketViewer',
  'storage.buckets.create': 'roles/storage.admin, or create the bucket by hand',
};

/** An error answer of Cloud Storage as one sentence: what, where, and how to resolve it where that is known. */
export function storageProblem(answer: Pick<ServiceAnswer, 'status' | 'body'>, bucket: string): Error {
  const { status } = answer;
  const { message = answer.body.toString(), reason } = errorDetails(answer);
  const sentence = resolution(status, message, reason, bucket);
  if (sentence === undefined) return new Error(`Cloud Storage answers ${status} for bucket ${bucket}: ${message}`);
  return new Error(message === '' ? sentence : `${sentence} (${message})`);
}

function resolution(status: number, message: string, reason: string, bucket: string): string | undefined {
  if (status === 401) return refusedCredentials;
  if (status === 403) return forbidden(message, reason, bucket);
  if (status === 404) return `the bucket ${bucket} does not exist: create it, or start the sink again so that it does`;
  if (status === 409) return `the bucket name ${bucket} belongs to somebody else: choose another GCS_BUCKET`;
  if (status !== 400) return undefined;
  if (/bucket name|bucketName/i.test(message))
    return `${bucket} cannot be the name of a bucket: choose another GCS_BUCKET`;
  if (/location/i.test(message)) return 'there is no such location for a bucket: set another GCS_LOCATION';
  if (/storage class/i.test(message)) return 'the bucket cannot have this storage class: set another GCS_STORAGE_CLASS';
  return /crc32c|md5|checksum|hash/i.test(message) ? 'the object was damaged on its way; it is sent again' : undefined;
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
