import { randomBytes } from 'node:crypto';
import type { Storage } from '@google-cloud/storage';
import type { Content } from './object-content.ts';
import { factsOf, metadataOf, type ObjectFacts } from './object-facts.ts';
import { storageProblem } from './storage-problem.ts';

/** An object as Cloud Storage states it. */
export interface FoundObject {
  name: string;
  size: number;
  crc32c: string;
  created: Date;
  /** Undefined where the sink did not write it. */
  facts: ObjectFacts | undefined;
}

export interface ObjectStore {
  /**
   * Creates an object, whole or not at all, unless there is one of that name.
   *
   * @returns undefined where the name is taken
   * @throws Error in one sentence; whether the object exists is not known then
   */
  create(
    object: { name: string; contentType: string; content: Content; facts: ObjectFacts },
    signal: AbortSignal,
  ): Promise<FoundObject | undefined>;
  /** @returns undefined where there is none */
  find(name: string, signal: AbortSignal): Promise<FoundObject | undefined>;
}

/**
 * The objects of one bucket.
 *
 * An object goes up in one request (a multipart upload), whatever its size: it comes from memory, so that there is nothing that a
 * resumable session would save but bytes on the wire after a failure, at the price of a further request for each object and of a
 * session that has to be kept. The requests are made here and not by the vendor's client, as that can neither be abandoned nor told
 * not to delete an object whose checksum it doubts. It gives the credentials.
 */
export function objectStore(
  storage: Storage,
  bucket: string,
  { requestTimeoutMs, sendsCredentials }: { requestTimeoutMs: number; sendsCredentials: boolean },
): ObjectStore {
  const objects = `/storage/v1/b/${encodeURIComponent(bucket)}/o`;

  const request = async (
    method: 'GET' | 'POST',
    path: string,
    signal: AbortSignal,
    body?: { contentType: string; parts: readonly Buffer[] },
  ): Promise<{ status: number; resource: unknown }> => {
    const url = `${storage.apiEndpoint}${path}`;
    const limit = AbortSignal.timeout(requestTimeoutMs);
    try {
      const headers = new Headers(sendsCredentials ? await storage.authClient.getRequestHeaders(url) : {});
      if (body !== undefined) headers.set('content-type', body.contentType);
      const response = await fetch(url, {
        method,
        headers,
        signal: AbortSignal.any([signal, limit]),
        ...(body !== undefined && { body: ReadableStream.from(body.parts), duplex: 'half' }),
      });
      const text = await response.text();
      if (!response.ok) return { status: response.status, resource: parsed(text) ?? { error: { message: text } } };
      const resource = parsed(text);
      if (resource === undefined) throw new Error('the answer is no JSON');
      return { status: response.status, resource };
    } catch (error) {
      signal.throwIfAborted();
      if (limit.aborted)
        throw new Error(`Cloud Storage did not answer within GCS_REQUEST_TIMEOUT_MS (${requestTimeoutMs} ms)`);
      throw storageProblem(error, bucket);
    }
  };

  return {
    async create({ name, contentType, content, facts }, signal) {
      const boundary = randomBytes(16).toString('hex');
      // The service refuses bytes of another checksum.
      const resource = { name, contentType, crc32c: content.crc32c, metadata: metadataOf(facts) };
      const parts = [
        Buffer.from(
          `--${boundary}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify(resource)}\r\n` +
            `--${boundary}\r\ncontent-type: ${contentType}\r\n\r\n`,
        ),
        ...content.parts,
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ];
      const path = `/upload${objects}?uploadType=multipart&ifGenerationMatch=0&name=${encodeURIComponent(name)}`;
      const answer = await request('POST', path, signal, {
        contentType: `multipart/related; boundary=${boundary}`,
        parts,
      });
      if (answer.status === 412) return undefined;
      if (answer.status >= 300) throw storageProblem(answer.resource, bucket);
      return foundObject(answer.resource);
    },
    async find(name, signal) {
      const answer = await request('GET', `${objects}/${encodeURIComponent(name)}`, signal);
      if (answer.status === 404 && !deniesBucket(answer.resource)) return undefined;
      if (answer.status >= 300) throw storageProblem(answer.resource, bucket);
      return foundObject(answer.resource);
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const deniesBucket = (resource: unknown): boolean => /specified bucket does not exist/i.test(JSON.stringify(resource));

function foundObject(resource: unknown): FoundObject {
  const { name, size, crc32c, timeCreated, metadata } = resource as Record<string, unknown>;
  const created = new Date(String(timeCreated));
  if (typeof name !== 'string' || typeof crc32c !== 'string' || Number.isNaN(created.getTime()) || !(Number(size) >= 0))
    throw new Error('Cloud Storage describes an object without its name, size, checksum or time');
  return {
    name,
    size: Number(size),
    crc32c,
    created,
    facts: factsOf(typeof metadata === 'object' && metadata !== null ? { ...metadata } : undefined),
  };
}
