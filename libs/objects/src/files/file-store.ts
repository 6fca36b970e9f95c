/** A file that a source reads: an object of a bucket, or a file of a folder. */
export interface FoundFile {
  /** Its whole name in the bucket, or its path below the folder. */
  name: string;
  /** Tells these contents from others under the same name. */
  generation: string;
  /** Undefined where its bytes are not those that come, as where a store unpacks them. */
  bytes: number | undefined;
  /** When these contents came under this name, as the store says. */
  createdMs: number;
}

/** The contents that were asked for are not there any more: the file was deleted, or replaced. */
export class FileGone extends Error {
  override readonly name = 'FileGone';
}

/** Where files come from. Its methods throw an Error in one sentence when the store refuses or does not answer, and the abort reason. */
export interface FileStore {
  /** For messages, and to tell cursors apart: `s3://bucket`, `/var/incoming`. A file's address is this, a slash and its name. */
  readonly url: string;
  /** All files whose names begin so, in any order. */
  list(prefix: string, signal: AbortSignal): AsyncIterable<FoundFile>;
  /** @returns undefined where there is none */
  find(name: string, signal: AbortSignal): Promise<FoundFile | undefined>;
  /** The bytes of these contents, from their beginning. @throws FileGone */
  open(file: FoundFile, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  close(): void;
}
