import type { EventContract } from '@sluice/schemas';
import type { Announcement, SinkRecord, WriteContext } from './sink.ts';

/**
 * Gathers the records of one topic-partition into one unit that is larger than a batch, such as an object, and then delivers it.
 *
 * The runtime calls `add` for record after record, in offset order, until it says no, `isComplete` says so, `waitMs` have passed
 * since the first one, or memory is short; then `deliver`, again and again with backoff until it succeeds; then it settles, and goes
 * on with another collector. One call at a time. A collector that is given up is dropped without a word: it holds nothing but memory.
 */
export interface Collector<T = unknown> {
  /**
   * Takes a record in; nothing is promised for it yet.
   *
   * @returns false where it belongs into another unit; the first record of a unit is always taken
   * @throws when the record's bytes cannot be read: then it is as if the record had not come
   */
  add(record: SinkRecord<T>): boolean;
  /** The memory it holds. */
  readonly bytes: number;
  /** It wants no further record. */
  readonly isComplete: boolean;
  /** The longest time from the first record to `deliver`. May change with each record. */
  readonly waitMs: number;
  /**
   * Makes what was added durable. Repeatable: what an earlier attempt, or another process, has made durable is found and adopted.
   * Throwing means that nothing is known.
   */
  deliver(context: WriteContext): Promise<Collected<T>>;
}

/** What became of a unit. */
export type Collected<T = unknown> =
  | {
      /**
       * The destination holds everything up to and including this offset. Less than the last that was added: the rest comes again,
       * into another collector. More: what comes up to there is passed over.
       */
      readonly deliveredThrough: bigint;
      readonly announcements?: readonly Announcement[];
      /** Those of the added records that the destination never will take: dead letters. */
      readonly rejected?: readonly { readonly record: SinkRecord<T>; readonly reason: string }[];
    }
  /** The unit cannot be settled before the records up to and including this offset, which exist, are in it. */
  | { readonly missingThrough: bigint };

/** A sink that delivers in units of its own, for destinations where small writes are dear. See `Sink` for `open` and `close`. */
export interface CollectingSink<T = unknown> {
  open(signal: AbortSignal): Promise<void>;
  collect(unit: { topic: string; partition: number; contract: EventContract }): Collector<T>;
  close(): Promise<void>;
}
