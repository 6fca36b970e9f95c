import { Readable } from 'node:stream';
import { CRC32C, type Storage } from '@google-cloud/storage';
import { describeError } from '@sluice/telemetry';
import { UserError } from '../../user-error.ts';
import { UnreadableObject } from './rows/stored-row.ts';
import type { ListedObject } from './stored-objects.ts';

/** What the audit asks of a bucket. */
export interface Bucket {
  readonly name: string;
  /** All objects under a prefix, in order of their names. */
  list(prefix: string, signal: AbortSignal): AsyncIterable<ListedObject>;
  /** An object's bytes, compared with its CRC-32C at the end. */
  read(object: { name: string; generation: string; crc32c: string }, signal: AbortSignal): Readable;
  /** An error of `read` or `list` that says that the service cannot be asked now, or refuses. */
  failure(error: unknown): UserError;
}

const objectsAtOnce = 1_000;

/** @param access.address where it is, for the sentence of an error; `authenticates`: whether it gets the credentials */
export function bucketOf(
  storage: Storage,
  name: string,
  { address, authenticates }: { address: string; authenticates: boolean },
): Bucket {
  const service: Service = { storage, authenticates };
  const failure: Bucket['failure'] = (error) =>
    statusOf(error) === 404
      ? new UserError(`There is no bucket ${name} at ${address}: GCS_BUCKET names the one that the sink gcs writes to.`)
      : new UserError(`Cloud Storage at ${address} cannot be read: ${describeError(error)}`);
  return {
    name,
    failure,
    async *list(prefix, signal) {
      let pageToken: string | undefined;
      do {
        const query = { prefix, maxResults: String(objectsAtOnce), ...(pageToken !== undefined && { pageToken }) };
        let page: ObjectPage;
        try {
          page = (await (await request(service, name, '', query, signal)).json()) as ObjectPage;
        } catch (error) {
          signal.throwIfAborted();
          throw failure(error);
        }
        for (const resource of page.items ?? []) yield listedObject(resource);
        // Some stand-ins give an empty one after the last page.
        pageToken = page.nextPageToken || undefined;
      } while (pageToken !== undefined);
    },
    read: (object, signal) => Readable.from(checkedBytes(service, name, object, signal), { objectMode: false }),
  };
}

interface Service {
  storage: Storage;
  authenticates: boolean;
}

const answerMs = 60_000;

/** A page of a listing as the API has it: https://cloud.google.com/storage/docs/json_api/v1/objects/list */
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

/**
 * A request for the objects of a bucket, made here: the vendor's client cannot abandon one, and its streams pile up listeners, which Node
 * warns of.
 *
 * @param path below `/o`
 * @throws Error with the HTTP status as its `code` when it is refused
 */
async function request(
  { storage, authenticates }: Service,
  bucket: string,
  path: string,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  const url = `${storage.apiEndpoint}/storage/v1/b/${encodeURIComponent(bucket)}/o${path}?${new URLSearchParams(query)}`;
  const headers = authenticates ? await storage.authClient.getRequestHeaders(url) : {};
  // The answer may take its time, an object being long; its beginning may not.
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer for ${answerMs / 1000} s`)), answerMs);
  const response = await fetch(url, { headers, signal: AbortSignal.any([signal, late.signal]) }).finally(() =>
    clearTimeout(timer),
  );
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => undefined);
  const message: unknown = Object(Object(body).error).message;
  throw Object.assign(new Error(typeof message === 'string' ? message : `it answers ${response.status}`), {
    code: response.status,
  });
}

/** @throws UnreadableObject when the bytes are not those of the object's checksum */
async function* checkedBytes(
  service: Service,
  bucket: string,
  { name, generation, crc32c }: Parameters<Bucket['read']>[0],
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const query = { alt: 'media', generation };
  const response = await request(service, bucket, `/${encodeURIComponent(name)}`, query, signal);
  const checksum = new CRC32C();
  for await (const chunk of response.body ?? []) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    checksum.update(bytes);
    yield bytes;
  }
  if (checksum.toString() !== crc32c) throw new UnreadableObject('its bytes are not those of its checksum');
}

/** @returns the HTTP status of an answer that was an error */
export const statusOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
