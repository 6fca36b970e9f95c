import type { BigIntStats } from 'node:fs';

/** What the file system says of a file. */
export interface FileState {
  /** Device and inode: what tells it from every other file that exists. */
  key: string;
  /** In base 36. It may be beyond the numbers that are exact. */
  inode: string;
  size: number;
  /** When it was last written to, in milliseconds since the epoch. */
  modifiedMs: number;
  isFile: boolean;
  /** Whether it has no name any more. */
  isDeleted: boolean;
}

export const fileState = (stats: BigIntStats): FileState => ({
  key: `${stats.dev}:${stats.ino}`,
  inode: stats.ino.toString(36),
  size: Number(stats.size),
  modifiedMs: Number(stats.mtimeNs) / 1e6,
  isFile: stats.isFile(),
  isDeleted: stats.nlink === 0n,
});
