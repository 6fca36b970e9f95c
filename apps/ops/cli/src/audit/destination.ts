import type { EventContract } from '@sluice/contracts';

/** One copy of an event at a destination. */
export interface Copy {
  id: string;
  /** Where it is, as the destination calls it: an index. */
  place: string;
  /** The event as parsed JSON: see `parseExact`. */
  document: unknown;
}

/** Everything that a destination holds of one event at one moment. */
export interface Snapshot {
  /** In any order, a page at a time. */
  pages(): AsyncIterable<readonly { id: string; place: string }[]>;
  close(): Promise<void>;
}

/** What the audit asks of a destination, beside the sink and not through it. */
export interface Destination {
  /** Its sink's project name: the consumer group unless told otherwise, and who the dead letters are by. */
  readonly name: string;
  /** The place where events of a time belong. */
  placeOf(contract: EventContract): (timeMs: number) => string;
  /** Makes everything that was written before visible to `copies` and snapshots. */
  refresh(contract: EventContract): Promise<void>;
  /** All copies of events with these ids, wherever they are; those in a wrong place too. */
  copies(contract: EventContract, ids: readonly string[]): Promise<Copy[]>;
  snapshot(contract: EventContract): Promise<Snapshot>;
  close(): Promise<void>;
}
