import {
  CreateBucketCommand,
  HeadBucketCommand,
  PutObjectCommand,
  type BucketLocationConstraint,
} from '@aws-sdk/client-s3';
import type { Logger } from '@sluice/telemetry';
import { isMissing, s3Problem, statusOf } from './s3-problem.ts';
import type { S3Service } from './s3-service.ts';

/** The object that shows whether the server creates objects only where their names are free. No topic's name begins so. */
const probeName = '_sluice-creates-once';

interface Preparing {
  bucket: string;
  /** What all names begin with; may be empty. */
  prefix: string;
  logger: Logger;
  signal: AbortSignal;
}

/**
 * Creates the bucket where there is none, and leaves one that exists as it is. Then makes sure that the server refuses to create an object
 * whose name is taken: exactly once rests on that, and a server that ignores the condition replaces the object. Repeatable.
 *
 * @throws Error in one sentence
 */
export async function prepareBucket(service: S3Service, preparing: Preparing): Promise<void> {
  const { bucket, prefix, logger, signal } = preparing;
  const problem = (error: unknown): unknown => {
    signal.throwIfAborted();
    return s3Problem(error, { service: service.name, bucket, bucketSetting: 'S3_BUCKET' });
  };
  try {
    if (!(await bucketExists(service, preparing))) await createBucket(service, bucket, logger, signal);
    // The first one may create it; the second one must not.
    const create = () => createProbe(service, bucket, `${prefix}${probeName}`, signal);
    if (!(await create()) || !(await create())) return;
  } catch (error) {
    throw problem(error);
  }
  throw new Error(
    `${service.name} ignores If-None-Match: *, so that two owners of a partition could replace each other's objects: use a server that knows conditional writes`,
  );
}

async function bucketExists(service: S3Service, { bucket, signal }: Preparing): Promise<boolean> {
  try {
    await service.ask(signal, (client, options) => client.send(new HeadBucketCommand({ Bucket: bucket }), options));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    // To look at a bucket takes a right that the sink does not need otherwise.
    if (statusOf(error) === 403) return true;
    throw error;
  }
}

async function createBucket(service: S3Service, bucket: string, logger: Logger, signal: AbortSignal): Promise<void> {
  const { region } = service;
  // The one region that a bucket is created in without saying so. The client's list of regions is never the newest.
  const location = region === 'us-east-1' ? undefined : (region as BucketLocationConstraint);
  const command = new CreateBucketCommand({
    Bucket: bucket,
    ...(location !== undefined && { CreateBucketConfiguration: { LocationConstraint: location } }),
  });
  try {
    await service.ask(signal, (client, options) => client.send(command, options));
    logger.info({ bucket, region }, 'created the bucket');
  } catch (error) {
    // Another instance was faster.
    if (!(error instanceof Error && error.name === 'BucketAlreadyOwnedByYou')) throw error;
  }
}

/** @returns false where the name was taken, and the server said so */
async function createProbe(service: S3Service, bucket: string, name: string, signal: AbortSignal): Promise<boolean> {
  const command = new PutObjectCommand({ Bucket: bucket, Key: name, Body: '', IfNoneMatch: '*' });
  try {
    await service.ask(signal, (client, options) => client.send(command, options));
    return true;
  } catch (error) {
    // 409: another instance creates it at this moment, and the server knows that.
    const status = statusOf(error);
    if (status === 412 || (status === 409 && error instanceof Error && error.name === 'ConditionalRequestConflict'))
      return false;
    throw error;
  }
}
