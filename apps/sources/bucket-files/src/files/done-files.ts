import { createHash } from 'node:crypto';
import type { FoundFile } from '@sluice/objects';
import { FatalError } from '@sluice/telemetry';

/** How far a file has been read that is not done. */
export interface Position {
  file: FoundFile;
  /** Lines that are passed, the header and blank ones included. */
  lines: number;
}

/** What a cursor says, before it is text. */
interface StoredCursor {
  /** Where the files are: a cursor is of use there alone. */
  from: string;
  /** The newest file that is done, in seconds since 1970. */
  newest: number;
  /** See `DoneFiles`. */
  done: string;
  at?: Position;
}

const hashBytes = 8;
const entryBytes = hashBytes + 4;

/**
 * Which files have been read: each of the last day or so by a hash of its name and its version, and all that are older than that. So a
 * cursor grows with the files of a day, 16 bytes each, and not with those of years.
 */
export class DoneFiles {
  readonly #from: string;
  readonly #lateSeconds: number;
  /** Seconds since 1970, by hash. */
  readonly #done = new Map<string, number>();
  #newest = 0;
  #text: string | undefined;

  /** @param lateMs how much older than the newest one a file may be that appears after it */
  constructor(from: string, lateMs: number) {
    this.#from = from;
    this.#lateSeconds = Math.ceil(lateMs / 1000);
  }

  /**
   * Continues where a cursor was made.
   *
   * @returns the file that was being read
   * @throws FatalError when the cursor is not one of this source, or of another place
   */
  restore(cursor: string): Position | undefined {
    const stored: unknown = JSON.parse(cursor);
    if (!isStored(stored)) throw new FatalError('the stored cursor is not one of bucket-files');
    if (stored.from !== this.#from)
      throw new FatalError(
        `the stored cursor is of files in ${stored.from}: set SOURCE_INSTANCE to another name to read ${this.#from}`,
      );
    this.#newest = stored.newest;
    this.#done.clear();
    this.#text = undefined;
    const bytes = Buffer.from(stored.done, 'base64');
    for (let at = 0; at + entryBytes <= bytes.length; at += entryBytes)
      this.#done.set(bytes.toString('base64', at, at + hashBytes), bytes.readUInt32BE(at + hashBytes));
    return stored.at;
  }

  has(file: FoundFile): boolean {
    return secondsOf(file) < this.#newest - this.#lateSeconds || this.#done.has(hashOf(file));
  }

  add(file: FoundFile): void {
    const seconds = secondsOf(file);
    this.#done.set(hashOf(file), seconds);
    if (seconds > this.#newest) {
      this.#newest = seconds;
      for (const [hash, each] of this.#done) if (each < this.#newest - this.#lateSeconds) this.#done.delete(hash);
    }
    this.#text = undefined;
  }

  /** Makes cursors that say what is done at this moment, whatever is done later. */
  cursor(): (at?: Position) => string {
    const stored: StoredCursor = { from: this.#from, newest: this.#newest, done: (this.#text ??= this.#doneText()) };
    return (at) => JSON.stringify(at === undefined ? stored : { ...stored, at });
  }

  #doneText(): string {
    const bytes = Buffer.alloc(this.#done.size * entryBytes);
    let at = 0;
    for (const [hash, seconds] of this.#done) {
      bytes.write(hash, at, hashBytes, 'base64');
      bytes.writeUInt32BE(seconds, at + hashBytes);
      at += entryBytes;
    }
    return bytes.toString('base64');
  }
}

/** A file's name and version in 16 hexadecimal digits. */
export const fileId = ({ name, generation }: FoundFile): string =>
  createHash('sha256')
    .update(`${name}\0${generation}`)
    .digest('hex')
    .slice(0, 2 * hashBytes);

const hashOf = (file: FoundFile): string => Buffer.from(fileId(file), 'hex').toString('base64');
const secondsOf = ({ createdMs }: FoundFile): number => Math.max(0, Math.floor(createdMs / 1000));

function isStored(value: unknown): value is StoredCursor {
  if (typeof value !== 'object' || value === null) return false;
  const { from, newest, done, at } = value as Partial<Record<keyof StoredCursor, unknown>>;
  if (typeof from !== 'string' || typeof newest !== 'number' || typeof done !== 'string') return false;
  return at === undefined || (typeof at === 'object' && at !== null && 'file' in at && 'lines' in at);
}
