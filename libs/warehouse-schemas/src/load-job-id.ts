/** The parts of a load job's id. */
export interface LoadJobId {
  /** The topic of the rows, with dashes for characters that an id cannot have. */
  topic: string;
  /** A partition of the topic `objects`. */
  partition: number;
  /** The offset of the first object's announcement. */
  offset: bigint;
  /** The first row to load of that object, from 0. */
  row: number;
  /** 16 hexadecimal digits that distinguish the place from the same one in a topic or table that was deleted and created again. */
  fingerprint: string;
  /** From 1. A next attempt is made only when the one before it is known to have loaded nothing. */
  attempt: number;
}

/**
 * `sluice_<topic>_<partition of the announcements>_<announcement>[-<row>]_<fingerprint>_<attempt>`. BigQuery accepts a job id only once,
 * so the id works as a lock on the rows that it loads.
 */
export function loadJobId({ topic, partition, offset, row, fingerprint, attempt }: LoadJobId): string {
  const word = topic.replaceAll(/[^A-Za-z0-9-]/g, '-');
  return `sluice_${word}_${partition}_${offset}${row === 0 ? '' : `-${row}`}_${fingerprint}_${attempt}`;
}

const form = /^sluice_([A-Za-z0-9-]+)_(\d{1,9})_(\d{1,19})(?:-(\d{1,15}))?_([0-9a-f]{16})_(\d{1,9})$/;

/** Parses an id; undefined if it is not that of a load job of Sluice. */
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
