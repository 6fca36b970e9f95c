import type { BucketMetadata, CreateBucketRequest, LifecycleRule } from '@google-cloud/storage';
import type { Logger } from '@sluice/telemetry';
import type { GcsConfig } from '../config.ts';
import { storageProblem } from './storage-problem.ts';
import type { SendStorageRequest } from './storage-requests.ts';

/** What a bucket that does not exist yet is made with. Nobody outside the project's own rights can ever see its objects. */
export function newBucket(config: GcsConfig): CreateBucketRequest {
  const { GCS_LOCATION, GCS_STORAGE_CLASS, GCS_COLDER_AFTER_DAYS, GCS_COLDER_CLASS, GCS_DELETE_AFTER_DAYS } = config;
  const rule: LifecycleRule[] = [];
  if (GCS_COLDER_AFTER_DAYS !== undefined)
    rule.push({
      action: { type: 'SetStorageClass', storageClass: GCS_COLDER_CLASS.toUpperCase() },
      condition: { age: GCS_COLDER_AFTER_DAYS },
    });
  if (GCS_DELETE_AFTER_DAYS !== undefined)
    rule.push({ action: { type: 'Delete' }, condition: { age: GCS_DELETE_AFTER_DAYS } });
  return {
    storageClass: GCS_STORAGE_CLASS.toUpperCase(),
    ...(GCS_LOCATION !== undefined && { location: GCS_LOCATION }),
    ...(rule.length > 0 && { lifecycle: { rule } }),
    iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
  };
}

/**
 * Creates the bucket where there is none. A bucket that exists belongs to somebody: it is left as it is, and where it differs from
 * the settings, the log says so. Repeatable.
 *
 * @param project finds the project of a new bucket
 * @throws Error in one sentence
 */
export async function prepareBucket(
  send: SendStorageRequest,
  config: GcsConfig,
  { project, logger, signal }: { project: () => Promise<string>; logger: Logger; signal: AbortSignal },
): Promise<void> {
  const bucket = config.GCS_BUCKET;
  const wanted = newBucket(config);
  const existing = await describeBucket(send, bucket, signal);
  if (existing === 'hidden') return;
  if (existing !== undefined) {
    const differences = differencesOf(existing, wanted);
    if (differences.length > 0)
      logger.warn({ bucket, differences }, 'the bucket exists and differs from the settings; it is left as it is');
    return;
  }
  const body = {
    contentType: 'application/json',
    parts: [Buffer.from(JSON.stringify({ name: bucket, ...wanted }))],
  };
  const owner = await project().catch((error: unknown) => {
    throw storageProblem(error, bucket);
  });
  const path = `/storage/v1/b?${new URLSearchParams({ project: owner })}`;
  const { status, resource } = await send({ method: 'POST', path, body }, signal);
  if (status < 300) {
    logger.info({ bucket, location: wanted.location, storageClass: wanted.storageClass }, 'created the bucket');
    return;
  }
  // Another instance was faster; a name that belongs to somebody else stays out of sight.
  if (status === 409 && (await describeBucket(send, bucket, signal)) !== undefined) return;
  throw storageProblem(resource, bucket);
}

/** @returns undefined where there is none, and `hidden` where it may be used but not looked at */
async function describeBucket(
  send: SendStorageRequest,
  bucket: string,
  signal: AbortSignal,
): Promise<BucketMetadata | 'hidden' | undefined> {
  const path = `/storage/v1/b/${encodeURIComponent(bucket)}`;
  const { status, resource } = await send({ method: 'GET', path }, signal);
  if (status < 300) return resource as BucketMetadata;
  if (status === 404) return undefined;
  if (status === 403) {
    // To look at a bucket takes a right that the sink does not need otherwise.
    const listed = await send({ method: 'GET', path: `${path}/o?maxResults=1` }, signal);
    if (listed.status < 300) return 'hidden';
  }
  throw storageProblem(resource, bucket);
}

function differencesOf(existing: BucketMetadata, wanted: CreateBucketRequest): string[] {
  const differences: string[] = [];
  const compare = (what: string, has: string | undefined, would: string | undefined) => {
    if (would !== undefined && has !== undefined && has.toUpperCase() !== would.toUpperCase())
      differences.push(`its ${what} is ${has}, not ${would}`);
  };
  compare('location', existing.location, wanted.location);
  compare('storage class', existing.storageClass, wanted.storageClass);
  const rules = JSON.stringify(existing.lifecycle?.rule ?? []);
  for (const rule of wanted.lifecycle?.rule ?? [])
    if (!rules.includes(`"age":${rule.condition.age}`))
      differences.push(`no rule of its lifecycle says ${rule.action.type} at ${rule.condition.age} days`);
  return differences;
}
