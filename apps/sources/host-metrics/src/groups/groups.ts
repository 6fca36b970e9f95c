import type { HostMetrics } from '@sluice/contracts';

/** The groups of fields that can be switched on; each is the name of its field in the contract. */
export const GROUPS = [
  'cpu',
  'kernel',
  'load',
  'memory',
  'swap',
  'filesystems',
  'disks',
  'network',
  'processes',
  'machine',
] as const satisfies readonly (keyof HostMetrics)[];

export type Group = (typeof GROUPS)[number];

/** What measuring a group gives. */
export type Measured<G extends Group> = NonNullable<HostMetrics[G]>;
