import type { ObjectFormat } from './object-rows.ts';
import type { StoredRow } from './stored-row.ts';

/** An object as a listing of the bucket shows it. */
export interface ListedObject {
  name: string;
  /** Tells these contents from others under the same name. */
  generation: string;
  bytes: number;
  /** Big-endian, in base64; of a store that keeps no checksums, what the object's metadata say. */
  crc32c: string;
  createdMs: number;
  metadata: Readonly<Record<string, string | undefined>>;
}

/** What reading an object's rows needs. */
export interface RowsOf extends Pick<ListedObject, 'name' | 'generation' | 'crc32c'> {
  format: ObjectFormat;
}

/** Reads back what a bucket holds. Its methods throw FatalError when the service refuses or does not answer, and the abort reason. */
export interface ObjectReader {
  readonly bucket: string;
  /** The bucket's address: `gs://sluice`, `s3://sluice`. */
  readonly url: string;
  /** What all names of the sink's objects begin with; may be empty. */
  readonly prefix: string;
  /** All objects whose names begin so, in order of their names. */
  list(prefix: string): AsyncIterable<ListedObject>;
  /** The rows of an object, streamed. @throws UnreadableObject, also where its bytes do not have its checksum */
  rows(object: RowsOf): AsyncGenerator<StoredRow>;
}
