import type { BigIntStats } from 'node:fs';

/** What the file system knows of a file. */
export interface FileState {
  /** Device and inode: it identifies a file among all that exist. */
  key: string;
  /** In base 36, as it may exceed 2^53. */
  inode: string;
  size: number;
  /** When it was last written to, in milliseconds since the epoch. */
  modifiedMs: number;
  isFile: boolean;
  /** Whether it has no name left. */
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
