import type { EventContract } from '@sluice/contracts';

/** One copy of an event at a destination. */
export interface StoredEvent {
  /** The event id: see `SinkRecord.id`. */
  id: string;
  /** Where it is: an index, a table, a folder. */
  place: string;
  /** Parsed JSON in the form that `SinkRecord.writeJson` gives: see `parseExact`. */
  document: unknown;
}

/** The ids of all copies of a contract's events at one moment. */
export interface DestinationSnapshot {
  /** In any order, a page at a time. */
  pages(): AsyncIterable<readonly Pick<StoredEvent, 'id' | 'place'>[]>;
  close(): Promise<void>;
}

/**
 * Reads back what a sink wrote under the events' ids: for the audit, and for looking an event up. A destination that holds nothing yet
 * has no events.
 *
 * Its methods throw FatalError when the destination refuses or does not answer, and the abort reason.
 */
export interface DestinationReader {
  /** @returns where the sink keeps an event, given its event time in milliseconds since the epoch: as `StoredEvent.place` says it */
  placeOf(contract: EventContract): (timeMs: number) => string;
  /** Makes everything that was written before visible to the other methods. */
  refresh(contract: EventContract): Promise<void>;
  /** All copies of the events with these ids, 2,000 at most, in whatever places they are. */
  find(contract: EventContract, ids: readonly string[]): Promise<StoredEvent[]>;
  snapshot(contract: EventContract): Promise<DestinationSnapshot>;
  close(): Promise<void>;
}
