import type { Config } from '@sluice/config';
import { describeError, type Logger } from '@sluice/telemetry';
import { jsonOf } from '../client/error-answer.ts';
import type { GoogleService } from '../client/google-service.ts';
import type { gcsSinkSettings } from './settings.ts';
import { storageProblem } from './storage-problem.ts';
import { bucketPath } from './storage-service.ts';

/** A bucket as the API has it, in part: https://cloud.google.com/storage/docs/json_api/v1/buckets#resource */
interface Bucket {
  location?: string;
  storageClass?: string;
  lifecycle?: { rule?: readonly LifecycleRule[] };
  iamConfiguration?: { uniformBucketLevelAccess: { enabled: boolean }; publicAccessPrevention: 'enforced' };
}

interface LifecycleRule {
  action: { type: 'SetStorageClass'; storageClass: string } | { type: 'Delete' };
  condition: { age: number };
}

/** What a new bucket is created with. Its objects can never become public. */
export function newBucket(config: Config<typeof gcsSinkSettings>): Bucket {
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
 * Creates the bucket where there is none. A bucket that exists has an owner: it is left as it is, and where it differs from the settings,
 * the log says so. Repeatable.
 *
 * @param project finds the project of a new bucket
 * @throws Error in one sentence
 */
export async function prepareBucket(
  storage: GoogleService,
  config: Config<typeof gcsSinkSettings>,
  { project, logger, signal }: { project: () => Promise<string>; logger: Logger; signal: AbortSignal },
): Promise<void> {
  const bucket = config.GCS_BUCKET;
  const wanted = newBucket(config);
  const existing = await describeBucket(storage, bucket, signal);
  if (existing === 'hidden') return;
  if (existing !== undefined) {
    const differences = differencesOf(existing, wanted);
    if (differences.length > 0)
      logger.warn({ bucket, differences }, 'the bucket exists and differs from the settings; it is left as it is');
    return;
  }
  const owner = await project().catch((error: unknown) => {
    signal.throwIfAborted();
    throw new Error(`the project for the new bucket ${bucket} is not known: set GCS_PROJECT (${describeError(error)})`);
  });
  const body = {
    contentType: 'application/json',
    parts: [Buffer.from(JSON.stringify({ name: bucket, ...wanted }))],
  };
  const answer = await storage.send({ method: 'POST', path: '/storage/v1/b', query: { project: owner }, body }, signal);
  if (answer.ok) {
    logger.info({ bucket, location: wanted.location, storageClass: wanted.storageClass }, 'created the bucket');
    return;
  }
  // Another instance was faster. A name that belongs to another project stays out of sight.
  if (answer.status === 409 && (await describeBucket(storage, bucket, signal)) !== undefined) return;
  throw storageProblem(answer, bucket);
}

/** @returns undefined where there is none, and `hidden` where it may be used but not looked at */
async function describeBucket(
  storage: GoogleService,
  bucket: string,
  signal: AbortSignal,
): Promise<Bucket | 'hidden' | undefined> {
  const path = bucketPath(bucket);
  const answer = await storage.send({ path }, signal);
  if (answer.ok) return jsonOf(answer.body) as Bucket;
  if (answer.status === 404) return undefined;
  if (answer.status === 403) {
    // To look at a bucket takes a right that the sink does not need otherwise.
    const listed = await storage.send({ path: `${path}/o`, query: { maxResults: 1 } }, signal);
    if (listed.ok) return 'hidden';
  }
  throw storageProblem(answer, bucket);
}

function differencesOf(existing: Bucket, wanted: Bucket): string[] {
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
