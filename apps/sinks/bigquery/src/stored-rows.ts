import { readLong, type StoredObject } from '@sluice/schemas';
import { cutContainer } from './avro-container.ts';
import { cutLines } from './json-lines.ts';
import { apiError, type RestClient } from './rest-client.ts';
import type { RowRange } from './table-chain.ts';

/** Rows cut out of an object. */
export interface CutRows {
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
  const fail = async (object: StoredObject, response: Response): Promise<never> => {
    const { message } = apiError(response.status, await response.text());
    throw new Error(`Cloud Storage does not give gs://${object.bucket}/${object.name}: ${message}`);
  };
  return {
    async cut(object, range, signal) {
      const response = await rest.storage({ path: pathOf(object), query: { alt: 'media' }, signal });
      if (!response.ok) return fail(object, response);
      const file = Buffer.from(await response.arrayBuffer());
      try {
        return object.format === 'AVRO' ? cutContainer(file, range, mostBytes) : await cutLines(file, range, mostBytes);
      } catch (cause) {
        throw new Error(`gs://${object.bucket}/${object.name} cannot be read`, { cause });
      }
    },
    async isGone(object, signal) {
      const response = await rest.storage({ path: pathOf(object), signal });
      await (response.ok ? response.body?.cancel() : undefined);
      if (response.ok) return false;
      if (response.status !== 404) return fail(object, response);
      await response.body?.cancel();
      const bucket = await rest.storage({
        path: `/b/${encodeURIComponent(object.bucket)}/o`,
        query: { maxResults: '1' },
        signal,
      });
      if (!bucket.ok) return fail(object, bucket);
      await bucket.body?.cancel();
      return true;
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
