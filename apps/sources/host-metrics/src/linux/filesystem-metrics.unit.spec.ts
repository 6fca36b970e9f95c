import { expect, it } from 'vitest';
import { filesystemMetrics } from './filesystem-metrics.ts';

const mount = { device: '/dev/vda', mountPoint: '/', type: 'ext4', readOnly: false };

it('reports space in bytes, and percent as df does: of what ordinary users can have', () => {
  expect(
    filesystemMetrics(mount, { bsize: 4096, blocks: 1000, bfree: 400, bavail: 200, files: 50, ffree: 20 }),
  ).toEqual({
    mount_point: '/',
    device: '/dev/vda',
    type: 'ext4',
    read_only: false,
    total_bytes: 4_096_000,
    free_bytes: 1_638_400,
    available_bytes: 819_200,
    used_bytes: 2_457_600,
    used_percent: 75,
    total_inodes: 50,
    free_inodes: 20,
  });
});

it('leaves null what a file system without a fixed size or number of files does not report', () => {
  const empty = { bsize: 4096, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0 };
  expect(filesystemMetrics(mount, empty)).toMatchObject({ used_percent: null, total_inodes: null, free_inodes: null });
});
