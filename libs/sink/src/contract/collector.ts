import type { EventContract } from '@sluice/contracts';
import type { OutputRecord, SinkRecord, WriteContext } from './sink.ts';

/**
 * Gathers the records of one topic-partition into one unit that is larger than a batch, such as an object, and then delivers it.
 *
 * The runtime calls `add` for record after record, in offset order, until it says no, `isComplete` says so, `waitMs` have passed
 * since the first one, or memory is short; then `deliver`, again and again with backoff until it succeeds; then it commits, and goes
 * on with another collector. One call at a time. A collector that is given up is dropped without a word: it holds nothing but memory.
 * Some are never delivered from the outset, but only made to learn which records can be read.
 *
 * An outcome that cannot be (a record rejected that was not added, say) stops the process: SinkContractViolation.
 */
export interface Collector<T = unknown> {
  /**
   * Takes a record in; nothing is promised for it yet. A record's bytes lie among those of a whole fetch: keep what is made of them.
   *
   * @returns false where it belongs into another unit; the first record of a unit is always taken
   * @throws MalformedAvro if the record cannot be read: the collector is unchanged then, and the record becomes a dead letter. Any
   * other error stops the process
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
   * Throwing means that nothing is known. Called only when something was added.
   */
  deliver(context: WriteContext): Promise<Collected<T>>;
}

/** What became of a unit. */
export type Collected<T = unknown> =
  | {
      /**
       * The destination holds everything up to and including this offset, but for what is rejected. Less than the last that was
       * added: the rest comes again, into another collector. More: what comes up to there is passed over, but read, since what
       * cannot be read is not at the destination and becomes dead letters here.
       */
      readonly deliveredThrough: bigint;
      readonly outputs?: readonly OutputRecord[];
      /** Those of the added records, up to there, that the destination never will take: dead letters. */
      readonly rejected?: readonly { readonly record: SinkRecord<T>; readonly reason: string }[];
    }
  /**
   * The unit cannot be committed before the records up to and including this offset are in it. They are added, whatever `isComplete`
   * says; then `deliver` is called again. What has not come then is no longer in the log, or cannot be read: it is not to be asked
   * for again.
   */
  | { readonly missingThrough: bigint };

/** A sink that delivers in units of its own, for destinations where small writes are dear. See `Sink` for `open` and `close`. */
export interface CollectingSink<T = unknown> {
  /** See `Sink`. */
  readonly unknownFields?: string;
  /** See `Sink`. */
  readonly outputTopics?: readonly string[];
  open(signal: AbortSignal): Promise<void>;
  collect(unit: { topic: string; partition: number; contract: EventContract }): Collector<T>;
  close(): Promise<void>;
}
