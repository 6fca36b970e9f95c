import { jsonOf } from '../client/error-answer.ts';
import type { GoogleService } from '../client/google-service.ts';
import { storageProblem } from './storage-problem.ts';
import { bucketPath } from './storage-service.ts';

/** An object as a listing shows it. */
export interface ObjectResource {
  name: string;
  generation?: string;
  size?: string;
  crc32c?: string;
  timeCreated?: string;
  contentEncoding?: string;
  metadata?: Readonly<Record<string, string>>;
}

/** A page of a listing: https://cloud.google.com/storage/docs/json_api/v1/objects/list */
interface ObjectPage {
  items?: readonly ObjectResource[];
  nextPageToken?: string;
}

const listedAtOnce = 1_000;

/** There is no such bucket. */
export class NoBucket extends Error {
  override readonly name = 'NoBucket';
}

/** A listing, a page at a time. @throws NoBucket, and Error in one sentence */
export async function* listedPages(
  storage: GoogleService,
  { bucket, prefix, signal }: { bucket: string; prefix: string; signal: AbortSignal },
): AsyncGenerator<readonly ObjectResource[]> {
  let pageToken: string | undefined;
  do {
    const query = { prefix, maxResults: listedAtOnce, ...(pageToken !== undefined && { pageToken }) };
    const answer = await storage.send({ path: `${bucketPath(bucket)}/o`, query }, signal);
    if (answer.status === 404) throw new NoBucket(`there is no bucket ${bucket} at ${storage.address}`);
    if (!answer.ok) throw storageProblem(answer, bucket);
    const page = jsonOf(answer.body) as ObjectPage;
    yield page.items ?? [];
    // Some stand-ins give an empty one after the last page.
    pageToken = page.nextPageToken || undefined;
  } while (pageToken !== undefined);
}
