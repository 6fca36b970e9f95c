import { Readable } from 'node:stream';
import {
  checkedBytes,
  objectRows,
  UnreadableObject,
  type ListedObject,
  type ObjectReader,
  type RowsOf,
} from '@sluice/objects';
import { FatalError, describeError } from '@sluice/telemetry';
import { errorDetails } from '../client/error-answer.ts';
import type { GoogleService } from '../client/google-service.ts';
import { listedPages, NoBucket, type ObjectResource } from './listed-pages.ts';
import type { GcsConfig } from './settings.ts';
import { objectPath, readScopes, storageService } from './storage-service.ts';

const timeoutMs = 60_000;

/** @param signal abandons requests under way */
export function bucketReader(config: GcsConfig, signal: AbortSignal): ObjectReader {
  const { GCS_BUCKET: bucket, GCS_PREFIX: prefix = '' } = config;
  const storage = storageService(config, { scopes: readScopes, timeoutMs });
  const failure = (error: unknown): unknown => {
    signal.throwIfAborted();
    if (error instanceof FatalError || error instanceof UnreadableObject) return error;
    if (error instanceof NoBucket)
      return new FatalError(
        `There is no bucket ${bucket} at ${storage.address}: GCS_BUCKET names the one that the sink gcs writes to.`,
      );
    return new FatalError(`${storage.name} cannot be read: ${describeError(error)}`);
  };
  return {
    bucket,
    url: `gs://${bucket}`,
    prefix,
    async *list(names) {
      try {
        for await (const page of listedPages(storage, { bucket, prefix: names, signal }))
          for (const resource of page) yield listedObject(resource);
      } catch (error) {
        throw failure(error);
      }
    },
    async *rows(object) {
      try {
        const bytes = await openObject(storage, bucket, object, signal);
        yield* objectRows(checkedBytes(bytes, object.crc32c), object.format);
      } catch (error) {
        throw failure(error);
      }
    },
  };
}

const listedObject = ({ name, generation, size, crc32c, timeCreated, metadata }: ObjectResource): ListedObject => ({
  name,
  generation: generation ?? '',
  bytes: Number(size ?? 0),
  crc32c: crc32c ?? '',
  createdMs: Date.parse(timeCreated ?? ''),
  metadata: metadata ?? {},
});

async function openObject(
  storage: GoogleService,
  bucket: string,
  { name, generation }: RowsOf,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const path = objectPath(bucket, name);
  const response = await storage.open({ path, query: { alt: 'media', generation } }, signal);
  if (response.status === 404) throw new UnreadableObject('it was deleted while it was being read');
  if (!response.ok) {
    const body = Buffer.from(await response.arrayBuffer());
    throw new Error(errorDetails({ body }).message ?? `it answers ${response.status}`);
  }
  return response.body ?? Readable.from([]);
}
