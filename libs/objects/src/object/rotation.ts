const dayMs = 86_400_000;

/** When an object ends. */
export interface Rotation {
  /** Compressed bytes with which an object is complete. */
  objectBytes: number;
  objectRecords: number;
  waitMs: number;
  /** Compressed bytes below which an object is small. */
  smallBytes: number;
  /** How long a small object waits: at least `waitMs`. */
  smallWaitMs: number;
}

/** What decides about an object: the bytes it has been compressed to so far, its records, the event time of the first one. */
export interface Gathered {
  compressedBytes: number;
  records: number;
  firstMs: number;
}

export const isComplete = ({ objectBytes, objectRecords }: Rotation, { compressedBytes, records }: Gathered): boolean =>
  compressedBytes >= objectBytes || records >= objectRecords;

/** An object that is still small after the usual time continues, so that quiet topics do not fill the bucket with tiny objects. */
export const waitMs = ({ waitMs: usual, smallBytes, smallWaitMs }: Rotation, { compressedBytes }: Gathered): number =>
  compressedBytes < smallBytes ? smallWaitMs : usual;

/**
 * Whether a record belongs into another object by its event date (UTC): its day is later than that of the object's first record, and
 * the object is not small. Records of earlier days join, and any record joins a small object. So midnight cuts what is worth a cut,
 * while late, early and mixed-up records can never make objects smaller than `smallBytes`.
 */
export const isOfLaterDay = ({ smallBytes }: Rotation, gathered: Gathered, timeMs: number): boolean =>
  Math.floor(timeMs / dayMs) > Math.floor(gathered.firstMs / dayMs) && gathered.compressedBytes >= smallBytes;
