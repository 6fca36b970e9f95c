/** Consecutive bytes of a log. */
export interface Piece {
  /** Where the first of the bytes lies in the log: up to `tailBytes` before what was asked for. */
  offset: number;
  bytes: Buffer;
  /** Whether there is more now, perhaps later, or never; `broken`: not until the file changes, as it is cut off or damaged. */
  then: 'more' | 'wait' | 'end' | 'broken';
}

/** An open file that carries a log, plain or compressed. Offsets are those of the log. */
export interface LogFile {
  /** Device and inode: it identifies a file among all that exist. */
  readonly key: string;
  readonly inode: string;
  readonly path: string;
  readonly isCompressed: boolean;
  /** Its first bytes from the first that is not zero on, at most `headBytes`. */
  readonly head: Buffer;
  /** Bytes in the file when it was last read. */
  readonly size: number;
  /** When it was last written to when it was last read, in milliseconds since the epoch. */
  readonly modifiedMs: number;
  /** Bytes from an offset on; `replaced` when they are no longer those of the log: the file was emptied, or is shorter. */
  read(from: number): Promise<Piece | 'replaced'>;
  /** Whether it was written to since it was last read. */
  hasChanged(): Promise<boolean>;
  /** Whether it has no name left. */
  isDeleted(): Promise<boolean>;
  close(): Promise<void>;
}

/** The size of a piece: the longest line fits, with its newline. */
export const pieceBytes = (lineBytes: number): number => Math.max(256 * 1024, 2 * lineBytes);
