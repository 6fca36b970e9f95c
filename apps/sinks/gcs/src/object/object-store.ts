import { randomBytes } from 'node:crypto';
import type { Content } from './object-content.ts';
import { factsOf, metadataOf, type ObjectFacts } from './object-facts.ts';
import { storageProblem } from '../bucket/storage-problem.ts';
import type { SendStorageRequest } from '../bucket/storage-requests.ts';

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
 * session that has to be kept.
 */
export function objectStore(send: SendStorageRequest, bucket: string): ObjectStore {
  const objects = `/storage/v1/b/${encodeURIComponent(bucket)}/o`;

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
      const body = { contentType: `multipart/related; boundary=${boundary}`, parts };
      const answer = await send({ method: 'POST', path, body }, signal);
      if (answer.status === 412) return undefined;
      if (answer.status >= 300) throw storageProblem(answer.resource, bucket);
      return foundObject(answer.resource);
    },
    async find(name, signal) {
      const answer = await send({ method: 'GET', path: `${objects}/${encodeURIComponent(name)}` }, signal);
      if (answer.status === 404 && !deniesBucket(answer.resource)) return undefined;
      if (answer.status >= 300) throw storageProblem(answer.resource, bucket);
      return foundObject(answer.resource);
    },
  };
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
