/** One mounted file system. */
export interface Mount {
  device: string;
  mountPoint: string;
  type: string;
  readOnly: boolean;
}

/** Devices that hold an image or memory, not a disk: loop devices and RAM disks, compressed ones included. */
const notADisk = /^\/dev\/(?:loop|z?ram)\d+$/;

/**
 * Parses /proc/mounts (man fstab) and keeps the file systems on a disk of this host, in the order of the file:
 * those on a device below /dev, ZFS, and the root whatever it is on (in a container, an overlay). That leaves out pseudo and memory file
 * systems, images on loop devices, and network and user-space file systems, whose servers may hang the reader.
 * A device that is mounted more than once (bind mounts, subvolumes) counts once, at its shortest mount point.
 */
export function parseMounts(text: string): Mount[] {
  const byMountPoint = new Map<string, Mount>();
  for (const line of text.split('\n')) {
    const [device, mountPoint, type, options] = line.split(' ');
    if (device === undefined || mountPoint === undefined || type === undefined || options === undefined) continue;
    // A later mount hides an earlier one at the same place.
    byMountPoint.set(mountPoint, {
      device: unescape(device),
      mountPoint: unescape(mountPoint),
      type,
      readOnly: options.split(',').includes('ro'),
    });
  }
  const byDevice = new Map<string, Mount>();
  for (const mount of byMountPoint.values()) {
    if (!isOnADisk(mount)) continue;
    const other = byDevice.get(mount.device);
    if (other === undefined || mount.mountPoint.length < other.mountPoint.length) byDevice.set(mount.device, mount);
  }
  return [...byDevice.values()];
}

function isOnADisk({ device, mountPoint, type }: Mount): boolean {
  return mountPoint === '/' || type === 'zfs' || (device.startsWith('/dev/') && !notADisk.test(device));
}

/** The kernel writes space, tab, newline and backslash as octal bytes. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}
