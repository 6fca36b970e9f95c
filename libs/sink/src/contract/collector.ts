import type { EventContract, JsonForm } from '@sluice/contracts';
import type { OutputRecord, Sink, SinkRecord, WriteContext } from './sink.ts';

/**
 * Gathers the records of one topic-partition into one unit that is larger than a batch, such as an object, and then delivers it.
 *
 * The runtime adds records one by one, in offset order, until `add` returns false, `isComplete` is true, `waitMs` have passed since the
 * first one, or memory is short. Then it calls `deliver`, with backoff, until that succeeds; commits; and continues with another
 * collector. One call at a time. An abandoned collector is simply garbage: it holds nothing but memory. Some collectors are never
 * delivered, but only show which records can be read.
 *
 * An impossible result (a record rejected that was not added, say) stops the process: SinkContractViolation.
 */
export interface Collector<T = unknown> {
  /**
   * Adds a record; nothing is promised for it yet. The record's bytes are a view into a whole fetch: keep what is made of them, not them.
   *
   * @returns false if it belongs in another unit; the first record of a unit is always taken
   * @throws MalformedAvro if the record cannot be read: the collector is unchanged then, and the record becomes a dead letter. Any
   * other error stops the process
   */
  add(record: SinkRecord<T>): boolean;
  /** The memory it holds. */
  readonly bytes: number;
  /** Whether it is full. */
  readonly isComplete: boolean;
  /** The longest time from the first record to `deliver`. May change with each record. */
  readonly waitMs: number;
  /**
   * Makes what was added durable. Repeatable: what an earlier attempt, or another process, has made durable is found and adopted.
   * Throwing means that nothing is known. Called only when something was added.
   */
  deliver(context: WriteContext): Promise<Collected<T>>;
}

/** The outcome of one `deliver`. */
export type Collected<T = unknown> =
  | {
      /**
       * The destination holds everything up to and including this offset, except what is rejected. If that is less than was added, the
       * rest is added to another collector. If it is more, records up to there are skipped, but read: those that cannot be read are not
       * at the destination, and are dead-lettered.
       */
      readonly deliveredThrough: bigint;
      readonly outputs?: readonly OutputRecord[];
      /** The added records, up to there, that the destination will never take: dead letters. */
      readonly rejected?: readonly { readonly record: SinkRecord<T>; readonly reason: string }[];
    }
  /**
   * The unit cannot be committed before it has the records up to and including this offset. They are added, whatever `isComplete`
   * is; then `deliver` is called again. A record that is still missing then is no longer in the log, or cannot be read: do not ask for
   * it again.
   */
  | { readonly missingThrough: bigint };

/** A sink that delivers units, for destinations where small writes are expensive. See `Sink` for `open` and `close`. */
export interface CollectingSink<T = unknown> {
  /** See `Sink`. */
  readonly unknownFields?: string;
  /** See `Sink`. */
  readonly sentAs?: JsonForm;
  /** See `Sink`. */
  readonly outputTopics?: readonly string[];
  /** The longest `waitMs` of its collectors: a record that waits no longer than that is in time, in the metrics. Default: 0. */
  readonly gathersMs?: number;
  open(signal: AbortSignal): Promise<void>;
  /** See `Sink`. */
  learn?: NonNullable<Sink['learn']>;
  collect(unit: { topic: string; partition: number; contract: EventContract }): Collector<T>;
  close(): Promise<void>;
}
