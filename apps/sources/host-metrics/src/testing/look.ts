import type { Look } from '../host.ts';

function unexpected(): never {
  throw new Error('the test does not measure this group');
}

/** A look for tests, at a host that can measure the given groups only. */
export function look(groups: Partial<Look>): Look {
  return {
    cpu: unexpected,
    kernel: unexpected,
    load: unexpected,
    memory: unexpected,
    swap: unexpected,
    filesystems: unexpected,
    disks: unexpected,
    network: unexpected,
    processes: unexpected,
    machine: unexpected,
    ...groups,
  };
}
