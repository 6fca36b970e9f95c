import { factsOf, metadataOf, type FoundObject, type ObjectStore } from '@sluice/objects';
import { jsonOf } from '../client/error-answer.ts';
import type { GoogleService } from '../client/google-service.ts';
import { multipart } from '../client/multipart.ts';
import { storageProblem } from './storage-problem.ts';
import { bucketPath, objectPath } from './storage-service.ts';

/**
 * The objects of one bucket.
 *
 * An object is uploaded in one multipart request, whatever its size. It comes from memory, so a resumable session would only save bytes on
 * the wire after a failure, at the price of one more request for each object and of a session to keep.
 */
export function objectStore(storage: GoogleService, bucket: string): ObjectStore {
  return {
    async create({ name, contentType, content, facts }, signal) {
      // The service refuses bytes of another checksum.
      const resource = { name, contentType, crc32c: content.crc32c, metadata: metadataOf(facts) };
      const answer = await storage.send(
        {
          method: 'POST',
          path: `/upload${bucketPath(bucket)}/o`,
          query: { uploadType: 'multipart', ifGenerationMatch: 0, name },
          body: multipart(resource, { contentType, parts: content.parts }),
        },
        signal,
      );
      if (answer.status === 412) return undefined;
      if (!answer.ok) throw storageProblem(answer, bucket);
      return foundObject(jsonOf(answer.body));
    },
    async find(name, signal) {
      const answer = await storage.send({ path: objectPath(bucket, name) }, signal);
      if (answer.status === 404 && !deniesBucket(answer.body)) return undefined;
      if (!answer.ok) throw storageProblem(answer, bucket);
      return foundObject(jsonOf(answer.body));
    },
  };
}

const deniesBucket = (body: Buffer): boolean => /specified bucket does not exist/i.test(body.toString());

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
