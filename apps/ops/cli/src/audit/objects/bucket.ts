import { Readable } from 'node:stream';
import { CRC32C, type GetFilesResponse, type Storage } from '@google-cloud/storage';
import { describeError } from '@sluice/telemetry';
import { UserError } from '../../user-error.ts';
import { UnreadableObject } from './stored-row.ts';
import type { ListedObject } from './stored-objects.ts';

/** What the audit asks of a bucket. */
export interface Bucket {
  readonly name: string;
  /** All objects under a prefix, in order of their names. */
  list(prefix: string): AsyncIterable<ListedObject>;
  /** An object's bytes, compared with its CRC-32C at the end. */
  read(object: { name: string; generation: string; crc32c: string }, signal: AbortSignal): Readable;
  /** An error of `read` or `list` that says that the service cannot be asked now, or refuses. */
  failure(error: unknown): UserError;
}

const objectsAtOnce = 1_000;

/** @param address where it is, for the sentence of an error */
export function bucketOf(storage: Storage, name: string, address: string): Bucket {
  const bucket = storage.bucket(name);
  const failure: Bucket['failure'] = (error) =>
    statusOf(error) === 404
      ? new UserError(`There is no bucket ${name} at ${address}: GCS_BUCKET names the one that the sink gcs writes to.`)
      : new UserError(`Cloud Storage at ${address} cannot be read: ${describeError(error)}`);
  return {
    name,
    failure,
    async *list(prefix) {
      let pageToken: string | undefined;
      do {
        const query = { prefix, maxResults: objectsAtOnce, autoPaginate: false };
        const [files, next]: GetFilesResponse = await bucket
          .getFiles({ ...query, ...(pageToken !== undefined && { pageToken }) })
          .catch((error: unknown) => {
            throw failure(error);
          });
        for (const { name: object, metadata } of files) {
          yield {
            name: object,
            generation: String(metadata.generation ?? ''),
            bytes: Number(metadata.size ?? 0),
            crc32c: metadata.crc32c ?? '',
            createdMs: Date.parse(metadata.timeCreated ?? ''),
            metadata: textsOf(metadata.metadata),
          };
        }
        // Null, other than its type says, after the last page.
        pageToken = Object(next).pageToken;
      } while (pageToken !== undefined);
    },
    read: (object, signal) => Readable.from(checkedBytes(storage, name, object, signal), { objectMode: false }),
  };
}

/**
 * The request is made here: the vendor's streams pile up listeners, which Node warns of.
 *
 * @throws UnreadableObject when the bytes are not those of the object's checksum
 */
async function* checkedBytes(
  storage: Storage,
  bucket: string,
  { name, generation, crc32c }: Parameters<Bucket['read']>[0],
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const path = `/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}`;
  const url = `${storage.apiEndpoint}${path}?${new URLSearchParams({ alt: 'media', generation })}`;
  const headers = storage.customEndpoint ? {} : await storage.authClient.getRequestHeaders(url);
  const response = await fetch(url, { headers, signal });
  if (!response.ok || response.body === null)
    throw Object.assign(new Error(`it answers ${response.status}`), { code: response.status });
  const checksum = new CRC32C();
  for await (const chunk of response.body) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    checksum.update(bytes);
    yield bytes;
  }
  if (checksum.toString() !== crc32c) throw new UnreadableObject('its bytes are not those of its checksum');
}

const textsOf = (metadata: Record<string, unknown> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [key, String(value)]));

/** @returns the HTTP status of an answer that was an error */
export const statusOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
