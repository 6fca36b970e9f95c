import type { StatsFs } from 'node:fs';
import type { FilesystemMetrics } from '@sluice/contracts';
import { percent } from '../cpu/percent.ts';
import type { Mount } from './parse/parse-mounts.ts';

/** The result of statfs(2) for a mounted file system, in the fields of the contract. */
export function filesystemMetrics(
  mount: Mount,
  space: Pick<StatsFs, 'bsize' | 'blocks' | 'bfree' | 'bavail' | 'files' | 'ffree'>,
): FilesystemMetrics {
  const used = (space.blocks - space.bfree) * space.bsize;
  const available = space.bavail * space.bsize;
  // Btrfs and FAT make room for files as they need it, and say 0.
  const fixedInodes = space.files > 0;
  return {
    mount_point: mount.mountPoint,
    device: mount.device,
    type: mount.type,
    read_only: mount.readOnly,
    total_bytes: space.blocks * space.bsize,
    free_bytes: space.bfree * space.bsize,
    available_bytes: available,
    used_bytes: used,
    used_percent: used + available === 0 ? null : percent(used, used + available),
    total_inodes: fixedInodes ? space.files : null,
    free_inodes: fixedInodes ? space.ffree : null,
  };
}
