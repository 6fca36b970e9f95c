import { S3ServiceException } from '@aws-sdk/client-s3';
import { describeError } from '@sluice/telemetry';

/** What an error of S3's client is about. */
interface About {
  /** `S3 at https://s3.eu-central-1.amazonaws.com`. */
  service: string;
  bucket: string;
  /** Where it is set which bucket is meant, for messages. */
  bucketSetting: string;
}

/** The HTTP status of an answer of S3; undefined where there was none. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

/** Whether there is no object of that name, or no bucket. */
export const isMissing = (error: unknown): boolean => statusOf(error) === 404;

/** An error of S3's client as one sentence: what, where, and how to resolve it where that is known. */
export function s3Problem(error: unknown, about: About): Error {
  const message = describeError(error);
  const status = statusOf(error);
  if (status === undefined) return new Error(withoutAnswer(error, message, about));
  const name = error instanceof Error ? error.name : '';
  const sentence = resolution(name, status, about);
  // The answer to a HEAD has no body, so that the client has no message but the status.
  const said = /^(unknown ?error)?$/i.test(message) ? name : message;
  if (sentence === undefined)
    return new Error(`${about.service} answers ${status} for bucket ${about.bucket}: ${said}`);
  return new Error(`${sentence} (${said})`);
}

function withoutAnswer(error: unknown, message: string, { service }: About): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'CredentialsProviderError' || /could not load credentials/i.test(message))
    return `there are no AWS credentials here: attach a role, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in with the AWS command line (${message})`;
  return message.startsWith(service) ? message : `${service} does not answer: ${message}`;
}

function resolution(name: string, status: number, { service, bucket, bucketSetting }: About): string | undefined {
  switch (name) {
    case 'InvalidAccessKeyId':
      return `${service} does not know the access key: check AWS_ACCESS_KEY_ID, or the role`;
    case 'SignatureDoesNotMatch':
      return `${service} refuses the signature: check AWS_SECRET_ACCESS_KEY`;
    case 'ExpiredToken':
      return 'the AWS credentials have expired: log in again, or attach a role';
    case 'RequestTimeTooSkewed':
      return "this machine's clock is wrong: set it, since requests are signed with the time";
    case 'AuthorizationHeaderMalformed':
    case 'PermanentRedirect':
      return `the bucket ${bucket} is in another region: set S3_REGION`;
    case 'BucketAlreadyExists':
      return `the bucket name ${bucket} belongs to somebody else: choose another ${bucketSetting}`;
    case 'InvalidBucketName':
      return `${bucket} cannot be the name of a bucket: choose another ${bucketSetting}`;
    case 'BadDigest':
    case 'InvalidDigest':
    case 'XAmzContentChecksumMismatch':
    case 'XAmzContentSHA256Mismatch':
      return 'the object was damaged on its way; it is sent again';
    case 'NoSuchBucket':
      return `the bucket ${bucket} does not exist: create it, or start the sink again so that it does`;
    default:
  }
  if (status === 301) return `the bucket ${bucket} is in another region: set S3_REGION`;
  if (status === 401 || status === 403)
    return `the credentials may not use bucket ${bucket}: see the rights in the README`;
  return undefined;
}
