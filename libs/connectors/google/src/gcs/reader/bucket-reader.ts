import { Readable } from 'node:stream';
import { FatalError, describeError } from '@sluice/telemetry';
import { errorDetails, jsonOf } from '../../client/error-answer.ts';
import type { GoogleService, ServiceRequest } from '../../client/google-service.ts';
import { crc32c } from '../encoding/crc32c.ts';
import type { GcsConfig } from '../settings.ts';
import { bucketPath, objectPath, readScopes, storageService } from '../storage-service.ts';
import { objectRows, type ObjectFormat } from './object-rows.ts';
import { UnreadableObject, type StoredRow } from './stored-row.ts';

/** An object as a listing of the bucket shows it. */
export interface ListedObject {
  name: string;
  generation: string;
  bytes: number;
  /** As Cloud Storage states it: big-endian, in base64. */
  crc32c: string;
  createdMs: number;
  metadata: Readonly<Record<string, string | undefined>>;
}

/** What reading an object's rows needs. */
interface RowsOf extends Pick<ListedObject, 'name' | 'generation' | 'crc32c'> {
  format: ObjectFormat;
}

/** Reads back what a bucket holds. Its methods throw FatalError when the service refuses or does not answer, and the abort reason. */
export interface BucketReader {
  readonly bucket: string;
  /** What all names of the sink's objects begin with; may be empty. */
  readonly prefix: string;
  /** All objects whose names begin so, in order of their names. */
  list(prefix: string): AsyncIterable<ListedObject>;
  /** The rows of an object, streamed. @throws UnreadableObject, also where its bytes do not have its checksum */
  rows(object: RowsOf): AsyncGenerator<StoredRow>;
}

const listedAtOnce = 1_000;
const timeoutMs = 60_000;

/** @param signal abandons requests under way */
export function bucketReader(config: GcsConfig, signal: AbortSignal): BucketReader {
  const { GCS_BUCKET: bucket, GCS_PREFIX: prefix = '' } = config;
  const storage = storageService(config, { scopes: readScopes, timeoutMs });
  const failure = (error: unknown): unknown => {
    signal.throwIfAborted();
    if (error instanceof FatalError || error instanceof UnreadableObject) return error;
    return new FatalError(`${storage.name} cannot be read: ${describeError(error)}`);
  };
  return {
    bucket,
    prefix,
    async *list(names) {
      let pageToken: string | undefined;
      do {
        const query = { prefix: names, maxResults: listedAtOnce, ...(pageToken !== undefined && { pageToken }) };
        const page = await listPage(storage, bucket, query, signal).catch((error: unknown) => {
          throw failure(error);
        });
        for (const resource of page.items ?? []) yield listedObject(resource);
        // Some stand-ins give an empty one after the last page.
        pageToken = page.nextPageToken || undefined;
      } while (pageToken !== undefined);
    },
    async *rows(object) {
      const bytes = Readable.from(checkedBytes(storage, bucket, object, signal), { objectMode: false });
      try {
        yield* objectRows(bytes, object.format);
      } catch (error) {
        throw failure(error);
      } finally {
        bytes.destroy();
      }
    },
  };
}

/** A page of a listing: https://cloud.google.com/storage/docs/json_api/v1/objects/list */
interface ObjectPage {
  items?: readonly ObjectResource[];
  nextPageToken?: string;
}

interface ObjectResource {
  name: string;
  generation?: string;
  size?: string;
  crc32c?: string;
  timeCreated?: string;
  metadata?: Readonly<Record<string, string>>;
}

const listedObject = ({ name, generation, size, crc32c, timeCreated, metadata }: ObjectResource): ListedObject => ({
  name,
  generation: generation ?? '',
  bytes: Number(size ?? 0),
  crc32c: crc32c ?? '',
  createdMs: Date.parse(timeCreated ?? ''),
  metadata: metadata ?? {},
});

async function listPage(
  storage: GoogleService,
  bucket: string,
  query: NonNullable<ServiceRequest['query']>,
  signal: AbortSignal,
): Promise<ObjectPage> {
  const answer = await storage.send({ path: `${bucketPath(bucket)}/o`, query }, signal);
  if (answer.ok) return jsonOf(answer.body) as ObjectPage;
  if (answer.status === 404)
    throw new FatalError(
      `There is no bucket ${bucket} at ${storage.address}: GCS_BUCKET names the one that the sink gcs writes to.`,
    );
  throw new Error(errorDetails(answer).message ?? `it answers ${answer.status}`);
}

/** @throws UnreadableObject when the bytes do not have the object's checksum */
async function* checkedBytes(
  storage: GoogleService,
  bucket: string,
  { name, generation, crc32c: expected }: RowsOf,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const path = objectPath(bucket, name);
  const response = await storage.open({ path, query: { alt: 'media', generation } }, signal);
  if (response.status === 404) throw new UnreadableObject('it was deleted while it was being read');
  if (!response.ok) {
    const body = Buffer.from(await response.arrayBuffer());
    throw new Error(errorDetails({ body }).message ?? `it answers ${response.status}`);
  }
  let checksum = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    checksum = crc32c(bytes, checksum);
    yield bytes;
  }
  const found = Buffer.alloc(4);
  found.writeUInt32BE(checksum);
  if (found.toString('base64') !== expected) throw new UnreadableObject('its bytes do not have its checksum');
}
