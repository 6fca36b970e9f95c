import { describeError, FatalError } from '@sluice/telemetry';
import { jsonOf } from '../client/error-answer.ts';
import type { GcsConfig } from './settings.ts';
import { storageProblem } from './storage-problem.ts';
import { bucketPath, readScopes, storageService } from './storage-service.ts';

/** What a bucket says about itself, for people who look for a fault. Its methods throw FatalError with a sentence, and the abort reason. */
export interface BucketFacts {
  readonly bucket: string;
  /** The address of the service. */
  readonly address: string;
  /** Where it is; undefined where this user may not know, but may list it. */
  location(): Promise<string | undefined>;
  /** Those of the sink's permissions that this user lacks; undefined where the service does not tell, as the stand-in. */
  missingPermissions(): Promise<string[] | undefined>;
}

const timeoutMs = 10_000;
/** What the sinks gcs and bigquery need. */
const permissions = ['storage.objects.create', 'storage.objects.get', 'storage.objects.list'];

/** @param signal abandons requests under way */
export function bucketFacts(config: GcsConfig, signal: AbortSignal): BucketFacts {
  const { GCS_BUCKET: bucket } = config;
  const storage = storageService(config, { scopes: readScopes, timeoutMs });
  const path = bucketPath(bucket);
  const answered = async (at: string, query: Record<string, string | number>) => {
    try {
      return await storage.send({ path: at, query }, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw new FatalError(describeError(error));
    }
  };
  const refused = (answer: Parameters<typeof storageProblem>[0]) =>
    new FatalError(storageProblem(answer, bucket).message);
  return {
    bucket,
    address: storage.address,
    async location() {
      const answer = await answered(path, {});
      if (answer.ok) return locationOf(jsonOf(answer.body));
      const listed = answer.status === 403 ? await answered(`${path}/o`, { maxResults: 1 }) : answer;
      if (listed.ok) return undefined;
      throw refused(answer);
    },
    async missingPermissions() {
      const missing: string[] = [];
      for (const permission of permissions) {
        const answer = await answered(`${path}/iam/testPermissions`, { permissions: permission });
        if (answer.status === 404 || answer.status === 501) return undefined;
        if (!answer.ok) throw refused(answer);
        if (!answer.body.includes(permission)) missing.push(permission);
      }
      return missing;
    },
  };
}

function locationOf(resource: unknown): string | undefined {
  const location: unknown =
    typeof resource === 'object' && resource !== null && 'location' in resource ? resource.location : undefined;
  return typeof location === 'string' ? location : undefined;
}
