import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, type _Object } from '@aws-sdk/client-s3';
import { FileGone, type FileStore, type FoundFile } from '@sluice/objects';
import { isMissing, s3Problem, statusOf } from './s3-problem.ts';
import { s3Service, type S3Service, type S3ServiceOptions } from './s3-service.ts';
import type { S3AccessConfig } from './settings.ts';

/** The objects of a bucket of S3, as files that a source reads. Their versions are their ETags. */
export function s3Files(
  config: S3AccessConfig,
  { bucket, ...options }: S3ServiceOptions & { bucket: string },
): FileStore {
  const service = s3Service(config, options);
  const url = `s3://${bucket}`;
  const problem = (error: unknown, signal: AbortSignal): unknown => {
    signal.throwIfAborted();
    return s3Problem(error, { service: service.name, bucket, bucketSetting: 'bucket' });
  };
  return {
    url,
    async *list(prefix, signal) {
      try {
        for await (const page of listedPages(service, { bucket, prefix, signal }))
          for (const { Key, ETag, Size, LastModified } of page)
            if (Key !== undefined && LastModified !== undefined)
              yield { name: Key, generation: ETag ?? '', bytes: Size ?? 0, createdMs: LastModified.getTime() };
      } catch (error) {
        throw problem(error, signal);
      }
    },
    async find(name, signal) {
      const command = new HeadObjectCommand({ Bucket: bucket, Key: name });
      try {
        const found = await service.ask(signal, (client, asked) => client.send(command, asked));
        const { ETag, ContentLength, LastModified } = found;
        if (LastModified === undefined) return undefined;
        return { name, generation: ETag ?? '', bytes: ContentLength ?? 0, createdMs: LastModified.getTime() };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw problem(error, signal);
      }
    },
    async open({ name, generation }: FoundFile, signal) {
      const command = new GetObjectCommand({ Bucket: bucket, Key: name, IfMatch: generation });
      try {
        const { Body } = await service.ask(signal, (client, asked) => client.send(command, asked));
        return Body instanceof Readable ? Body : Readable.from([]);
      } catch (error) {
        if (error instanceof Error && error.name === 'NoSuchKey')
          throw new FileGone(`${url}/${name} is not there any more`);
        if (statusOf(error) === 412) throw new FileGone(`${url}/${name} was replaced`);
        throw problem(error, signal);
      }
    },
    close: () => service.close(),
  };
}

/** A listing, a page at a time. */
export async function* listedPages(
  service: S3Service,
  { bucket, prefix, signal }: { bucket: string; prefix: string; signal: AbortSignal },
): AsyncGenerator<readonly _Object[]> {
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token });
    const page = await service.ask(signal, (client, options) => client.send(command, options));
    yield page.Contents ?? [];
    token = page.NextContinuationToken;
  } while (token !== undefined);
}
