import { readLong, type StoredObject } from '@sluice/schemas';
import { cutContainer } from './avro-container.ts';
import { cutLines } from './json-lines.ts';
import { apiError, type RestClient, type StorageAnswer } from '../rest-client.ts';
import type { RowRange } from '../table/table-chain.ts';

/** Rows cut out of an object. */
interface CutRows {
  /** A file of them in the object's format, uncompressed. */
  readonly data: Buffer;
  readonly rows: readonly Buffer[];
}

/** Reads the objects that loads are made of: only where one is refused. */
export interface StoredRows {
  /** @returns at least one row, and no more than memory has room for */
  cut(object: StoredObject, range: RowRange, signal: AbortSignal): Promise<CutRows>;
  /**
   * Whether an object is gone though its bucket is there.
   *
   * @throws Error in a sentence where that cannot be told: Cloud Storage is down, the bucket is missing, or a right is
   */
  isGone(object: StoredObject, signal: AbortSignal): Promise<boolean>;
}

const mostBytes = 32 * 1024 * 1024;

export function storedRows(rest: RestClient): StoredRows {
  const pathOf = ({ bucket, name }: StoredObject) => `/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}`;
  const fail = (object: StoredObject, { status, body }: StorageAnswer): never => {
    const { message } = apiError(status, body.toString());
    throw new Error(`Cloud Storage does not give gs://${object.bucket}/${object.name}: ${message}`);
  };
  return {
    async cut(object, range, signal) {
      const answer = await rest.storage({ path: pathOf(object), query: { alt: 'media' }, signal });
      if (!answer.ok) return fail(object, answer);
      const file = answer.body;
      try {
        return object.format === 'AVRO' ? cutContainer(file, range, mostBytes) : await cutLines(file, range, mostBytes);
      } catch (cause) {
        throw new Error(`gs://${object.bucket}/${object.name} cannot be read`, { cause });
      }
    },
    async isGone(object, signal) {
      const found = await rest.storage({ path: pathOf(object), signal });
      if (found.ok) return false;
      if (found.status !== 404) return fail(object, found);
      const bucket = await rest.storage({
        path: `/b/${encodeURIComponent(object.bucket)}/o`,
        query: { maxResults: '1' },
        signal,
      });
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
