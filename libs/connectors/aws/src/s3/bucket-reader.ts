import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import {
  checkedBytes,
  objectRows,
  UnreadableObject,
  type ListedObject,
  type ObjectReader,
  type RowsOf,
} from '@sluice/objects';
import { FatalError } from '@sluice/telemetry';
import { listedPages } from './s3-files.ts';
import { isMissing, s3Problem, statusOf } from './s3-problem.ts';
import { s3Service, type S3Service } from './s3-service.ts';
import type { S3Config } from './settings.ts';

const timeoutMs = 60_000;
/** A listing does not say what is in the metadata, so that each object is asked for; so many at a time. */
const askedAtOnce = 16;

/** @param signal abandons requests under way */
export function s3BucketReader(config: S3Config, signal: AbortSignal): ObjectReader {
  const { S3_BUCKET: bucket, S3_PREFIX: prefix = '' } = config;
  const service = s3Service(config, { timeoutMs });
  const failure = (error: unknown): unknown => {
    signal.throwIfAborted();
    if (error instanceof FatalError || error instanceof UnreadableObject) return error;
    if (error instanceof Error && error.name === 'NoSuchBucket')
      return new FatalError(
        `There is no bucket ${bucket} of ${service.name}: S3_BUCKET names the one that the sink s3 writes to.`,
      );
    return new FatalError(s3Problem(error, { service: service.name, bucket, bucketSetting: 'S3_BUCKET' }).message);
  };
  return {
    bucket,
    url: `s3://${bucket}`,
    prefix,
    async *list(names) {
      try {
        for await (const page of listedPages(service, { bucket, prefix: names, signal }))
          for (let at = 0; at < page.length; at += askedAtOnce) {
            const described = page
              .slice(at, at + askedAtOnce)
              .map(({ Key = '' }) => describe(service, bucket, Key, signal));
            for (const object of await Promise.all(described)) if (object !== undefined) yield object;
          }
      } catch (error) {
        throw failure(error);
      }
    },
    async *rows(object) {
      try {
        const bytes = await openObject(service, bucket, object, signal);
        yield* objectRows(checkedBytes(bytes, object.crc32c), object.format);
      } catch (error) {
        throw failure(error);
      }
    },
  };
}

/** @returns undefined where it is gone */
async function describe(
  service: S3Service,
  bucket: string,
  name: string,
  signal: AbortSignal,
): Promise<ListedObject | undefined> {
  const command = new HeadObjectCommand({ Bucket: bucket, Key: name, ChecksumMode: 'ENABLED' });
  try {
    const found = await service.ask(signal, (client, options) => client.send(command, options));
    const metadata = found.Metadata ?? {};
    return {
      name,
      generation: found.ETag ?? '',
      bytes: found.ContentLength ?? 0,
      crc32c: found.ChecksumCRC32C ?? metadata['crc32c'] ?? '',
      createdMs: found.LastModified?.getTime() ?? NaN,
      metadata,
    };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function openObject(
  service: S3Service,
  bucket: string,
  { name, generation }: RowsOf,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: name, IfMatch: generation });
  try {
    const { Body } = await service.ask(signal, (client, options) => client.send(command, options));
    return Body instanceof Readable ? Body : Readable.from([]);
  } catch (error) {
    if (isMissing(error)) throw new UnreadableObject('it was deleted while it was being read');
    if (statusOf(error) === 412) throw new UnreadableObject('it was replaced while it was being read');
    throw error;
  }
}
