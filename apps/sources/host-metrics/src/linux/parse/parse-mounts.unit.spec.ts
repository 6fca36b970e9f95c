import { describe, expect, it } from 'vitest';
import { parseMounts } from './parse-mounts.ts';

const server = `sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0
proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0
udev /dev devtmpfs rw,nosuid,relatime,size=4014300k 0 0
tmpfs /run tmpfs rw,nosuid,nodev,noexec,relatime,size=808124k 0 0
/dev/mapper/vg-root / ext4 rw,relatime,errors=remount-ro 0 0
/dev/loop0 /snap/core22/1380 squashfs ro,nodev,relatime 0 0
/dev/zram0 /var/log ext4 rw,relatime 0 0
/dev/sda1 /boot/efi vfat rw,relatime 0 0
tank/home /home zfs rw,xattr,noacl 0 0
nas:/export /mnt/nas nfs4 rw,relatime,vers=4.2 0 0
//nas/share /mnt/share cifs rw,relatime 0 0
me@web:/ /mnt/web fuse.sshfs rw,nosuid,nodev 0 0
/dev/sdb1 /media/USB\\040stick\\134a exfat ro,relatime 0 0
overlay /var/lib/docker/overlay2/0a1b/merged overlay rw,relatime 0 0
`;

const container = `overlay / overlay rw,relatime,lowerdir=/l/A:/l/B,upperdir=/u,workdir=/w 0 0
proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0
tmpfs /dev tmpfs rw,nosuid,size=65536k,mode=755 0 0
/dev/sda1 /etc/resolv.conf ext4 rw,relatime 0 0
/dev/sda1 /etc/hosts ext4 rw,relatime 0 0
`;

describe('parseMounts', () => {
  it('keeps the file systems on a disk of this host', () => {
    expect(parseMounts(server).map(({ mountPoint, type }) => [mountPoint, type])).toEqual([
      ['/', 'ext4'],
      ['/boot/efi', 'vfat'],
      ['/home', 'zfs'],
      ['/media/USB stick\\a', 'exfat'],
    ]);
  });

  it('knows which are read-only, and is not misled by remount-ro', () => {
    expect(parseMounts(server).map(({ readOnly }) => readOnly)).toEqual([false, false, false, true]);
  });

  it('keeps the root of a container, and each device once, at its shortest mount point', () => {
    expect(parseMounts(container)).toEqual([
      { device: 'overlay', mountPoint: '/', type: 'overlay', readOnly: false },
      { device: '/dev/sda1', mountPoint: '/etc/hosts', type: 'ext4', readOnly: false },
    ]);
  });

  it('sees the mount that hides another', () => {
    const text =
      'rootfs / rootfs rw 0 0\n/dev/vda / ext4 rw 0 0\n/dev/vdb /data ext4 rw 0 0\ntmpfs /data tmpfs rw 0 0\n';
    expect(parseMounts(text).map(({ device }) => device)).toEqual(['/dev/vda']);
  });

  it('finds nothing in nothing', () => {
    expect(parseMounts('')).toEqual([]);
  });
});
