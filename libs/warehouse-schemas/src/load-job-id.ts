/** What a load job's id says. */
export interface LoadJobId {
  /** The topic of the rows; characters that an id cannot have are dashes. */
  topic: string;
  /** Of the announcements' topic. */
  partition: number;
  /** The announcement of the first object. */
  offset: bigint;
  /** The first row of that object that is meant; 0 is its first. */
  row: number;
  /** Tells the place from one of the same number in a topic or a table that was deleted and made again: 16 hexadecimal digits. */
  fingerprint: string;
  /** From 1. An attempt is made only where the one before it is known to have loaded nothing. */
  attempt: number;
}

/**
 * `sluice_<topic>_<partition of the announcements>_<announcement>[-<row>]_<fingerprint>_<attempt>`: BigQuery creates one job of an id and
 * refuses all others, so that the id is the claim of what it loads.
 */
export function loadJobId({ topic, partition, offset, row, fingerprint, attempt }: LoadJobId): string {
  const word = topic.replaceAll(/[^A-Za-z0-9-]/g, '-');
  return `sluice_${word}_${partition}_${offset}${row === 0 ? '' : `-${row}`}_${fingerprint}_${attempt}`;
}

const form = /^sluice_([A-Za-z0-9-]+)_(\d{1,9})_(\d{1,19})(?:-(\d{1,15}))?_([0-9a-f]{16})_(\d{1,9})$/;

/** Reads an id; undefined where it is none of a load job of Sluice's. */
export function parseLoadJobId(id: string): LoadJobId | undefined {
  const [, topic, partition, offset = '', row = '0', fingerprint = '', attempt] = form.exec(id) ?? [];
  if (topic === undefined) return undefined;
  return {
    topic,
    partition: Number(partition),
    offset: BigInt(offset),
    row: Number(row),
    fingerprint,
    attempt: Number(attempt),
  };
}
