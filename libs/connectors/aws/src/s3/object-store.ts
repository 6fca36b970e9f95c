import {
  HeadObjectCommand,
  PutObjectCommand,
  type HeadObjectCommandOutput,
  type StorageClass,
} from '@aws-sdk/client-s3';
import { factsOf, metadataOf, type FoundObject, type ObjectStore } from '@sluice/objects';
import { isMissing, s3Problem, statusOf } from './s3-problem.ts';
import type { S3Service } from './s3-service.ts';

/**
 * The objects of one bucket.
 *
 * An object goes up in one request, whatever its size: a multipart upload would take three requests or more, and leave parts behind where
 * a process dies. The request is signed with the hash of the whole, so that its parts are joined first.
 */
export function s3ObjectStore(
  service: S3Service,
  { bucket, storageClass }: { bucket: string; storageClass?: StorageClass | undefined },
): ObjectStore {
  const problem = (error: unknown) => s3Problem(error, { service: service.name, bucket, bucketSetting: 'S3_BUCKET' });

  const find: ObjectStore['find'] = async (name, signal) => {
    try {
      const command = new HeadObjectCommand({ Bucket: bucket, Key: name, ChecksumMode: 'ENABLED' });
      return foundObject(name, await service.ask(signal, (client, options) => client.send(command, options)));
    } catch (error) {
      signal.throwIfAborted();
      if (isMissing(error)) return undefined;
      throw problem(error);
    }
  };

  return {
    find,
    async create({ name, contentType, content, facts }, signal) {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: name,
        Body: Buffer.concat(content.parts),
        ContentType: contentType,
        Metadata: metadataOf(facts),
        // The service refuses bytes of another checksum.
        ChecksumCRC32C: content.crc32c,
        IfNoneMatch: '*',
        ...(storageClass !== undefined && { StorageClass: storageClass }),
      });
      try {
        await service.ask(signal, (client, options) => client.send(command, options));
      } catch (error) {
        signal.throwIfAborted();
        // 409 says that another create of the name is under way: what comes of it is not known yet, so that this one is tried again.
        if (statusOf(error) === 412) return undefined;
        throw problem(error);
      }
      // The answer to a put says neither when the object was written, nor what is stored.
      const stored = await find(name, signal);
      if (stored === undefined) throw new Error(`the object ${name} was written and is gone; it is tried again`);
      return stored;
    },
  };
}

/** @throws Error when the service leaves out what it always says */
function foundObject(
  name: string,
  { ContentLength, LastModified, Metadata, ChecksumCRC32C }: HeadObjectCommandOutput,
): FoundObject {
  if (ContentLength === undefined || LastModified === undefined)
    throw new Error('S3 describes an object without its size or its time');
  const facts = factsOf(Metadata);
  // Not every server keeps checksums; what is read back is compared with that of the facts.
  return { name, size: ContentLength, crc32c: ChecksumCRC32C ?? facts?.crc32c ?? '', created: LastModified, facts };
}
