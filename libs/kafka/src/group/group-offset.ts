/** A partition of a topic. */
export interface Place {
  topic: string;
  partition: number;
}

/** The offset of the next record to read, of one partition of a group. */
export interface GroupOffset extends Place {
  nextOffset: bigint;
}

/** A committed offset, or -1 where there is none. */
export interface FetchedOffset extends Place {
  offset: bigint;
  /** Set where the broker does not give it, as for an offset whose transaction is open (UNSTABLE_OFFSET_COMMIT). */
  error?: Error;
}

/** A member of a group at one of its generations. */
export interface Membership {
  readonly memberId: string;
  readonly generationId: number;
}
