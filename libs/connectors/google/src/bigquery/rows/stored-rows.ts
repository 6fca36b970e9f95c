import { readLong } from '@sluice/avro';
import type { StoredObject } from '@sluice/contracts';
import { cutContainer } from './avro-container.ts';
import { cutLines } from './json-lines.ts';
import type { GoogleService, ServiceAnswer } from '../../client/google-service.ts';
import { bucketPath, objectPath } from '../../gcs/storage-service.ts';
import { apiError } from '../bigquery-client.ts';
import type { RowRange } from '../table/table-chain.ts';

/** Rows cut out of an object. */
interface CutRows {
  /** A file of them in the object's format, uncompressed. */
  readonly data: Buffer;
  readonly rows: readonly Buffer[];
}

/** Reads the objects of a load, only where BigQuery refuses some of their rows. */
export interface StoredRows {
  /** @returns at least one row, and no more than memory has room for */
  cut(object: StoredObject, range: RowRange, signal: AbortSignal): Promise<CutRows>;
  /**
   * Whether an object is gone though its bucket is there.
   *
   * @throws Error in a sentence where it cannot be known, as Cloud Storage is down, or the bucket or a role is missing
   */
  isGone(object: StoredObject, signal: AbortSignal): Promise<boolean>;
}

const mostBytes = 32 * 1024 * 1024;

export function storedRows(storage: GoogleService): StoredRows {
  const fail = (object: StoredObject, answer: ServiceAnswer): never => {
    throw new Error(`Cloud Storage does not give gs://${object.bucket}/${object.name}: ${apiError(answer).message}`);
  };
  return {
    async cut(object, range, signal) {
      const path = objectPath(object.bucket, object.name);
      const answer = await storage.send({ path, query: { alt: 'media' } }, signal);
      if (!answer.ok) return fail(object, answer);
      const file = answer.body;
      try {
        return await (object.format === 'AVRO' ? cutContainer : cutLines)(file, range, mostBytes);
      } catch (cause) {
        throw new Error(`gs://${object.bucket}/${object.name} cannot be read`, { cause });
      }
    },
    async isGone(object, signal) {
      const found = await storage.send({ path: objectPath(object.bucket, object.name) }, signal);
      if (found.ok) return false;
      if (found.status !== 404) return fail(object, found);
      const path = `${bucketPath(object.bucket)}/o`;
      const bucket = await storage.send({ path, query: { maxResults: 1 } }, signal);
      return bucket.ok || fail(object, bucket);
    },
  };
}

/** Where a row says that it comes from; undefined where it cannot be read. */
export function rowPlace(
  row: Buffer,
  format: StoredObject['format'],
): { partition: number; offset: bigint } | undefined {
  if (format === 'JSON') {
    const found = /^\{"_kafka":\{"topic":"(?:[^"\\]|\\.)*","partition":(\d+),"offset":(\d+)\}/.exec(row.toString());
    return found === null ? undefined : { partition: Number(found[1]), offset: BigInt(found[2] ?? 0) };
  }
  const topic = readLong(row, 0);
  const partition = readLong(row, topic.to + Number(topic.value));
  return { partition: Number(partition.value), offset: readLong(row, partition.to).value };
}
