import { MalformedAvro } from '@sluice/avro';
import type { Collected, Collector } from '../contract/collector.ts';
import { detachRecord } from './detach-record.ts';
import { LazyRecord } from '../records/lazy-record.ts';
import { OffsetRuns } from './offset-runs.ts';
import { recordBytes } from '../partition/partition-queue.ts';
import type { CommitRequest } from '../partition/delivery.ts';
import { offsetOf, type PendingRecords } from './pending-records.ts';
import { rejection, type RejectedRecord } from '../records/rejected-record.ts';
import type { WriteContext } from '../contract/sink.ts';
import { SinkContractViolation } from '../contract/sink-contract-violation.ts';

type Delivered = Extract<Collected, { deliveredThrough: bigint }>;

/**
 * What one partition gathers for one delivery: the records that its collector has taken, and between them those that cannot be
 * read. Nothing of it is committed before all of it is.
 */
export class Unit {
  readonly #collect: () => Collector;
  #collector: Collector | undefined;
  readonly #added = new OffsetRuns();
  #firstSeen = new Date(0);
  #startedMs = Infinity;
  #newestMs: number | undefined;
  readonly #rejected: RejectedRecord[] = [];
  #rejectedBytes = 0;
  #passed = 0;
  #nextOffset = -1n;
  #isClosed = false;
  #missedThrough = -1n;

  /** @param collect makes the collector, once there is a record for it */
  constructor(collect: () => Collector) {
    this.#collect = collect;
  }

  /** What to commit when all of it is committed; -1 while there is nothing in it. */
  get nextOffset(): bigint {
    return this.#nextOffset;
  }

  /** Whether nothing was added, so that there is nothing to deliver. */
  get isEmpty(): boolean {
    return this.#added.last === undefined;
  }

  /** Whether it takes no further record. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  get records(): number {
    return this.#added.countThrough(this.#nextOffset);
  }

  get bytes(): number {
    return (this.#collector?.bytes ?? 0) + this.#rejectedBytes + this.#added.bytes;
  }

  /** When it has waited long enough: Infinity while nothing was added. */
  get dueInMs(): number {
    return this.#startedMs + (this.#collector?.waitMs ?? 0) - performance.now();
  }

  /**
   * Adds records until the unit is closed, there are none left, or `mayContinue`, called after each, returns false.
   *
   * @throws SinkContractViolation
   */
  fill(pending: PendingRecords, mayContinue: () => boolean): void {
    for (let next = pending.next; next !== undefined; next = pending.next) {
      if (next instanceof LazyRecord) {
        if (!this.#add(next, pending.firstSeen)) {
          if (this.isEmpty) throw notTaken();
          this.#isClosed = true;
          return;
        }
      } else this.#reject(next);
      this.#nextOffset = pending.shift(next);
      this.#isClosed = !this.isEmpty && this.#collector?.isComplete === true;
      if (this.#isClosed || !mayContinue()) return;
    }
  }

  /** There is no record between what was taken and this offset. */
  pass(nextOffset: bigint): void {
    this.#nextOffset = nextOffset;
  }

  /**
   * Adds the records through an offset, even if the unit is closed: it cannot be committed without them.
   *
   * @throws SinkContractViolation
   */
  fillThrough(pending: PendingRecords, offset: bigint): void {
    this.#eachThrough(pending, offset, (record) => {
      if (!this.#add(record, pending.firstSeen))
        throw new SinkContractViolation('the sink did not take a record that it had said was missing');
    });
  }

  /**
   * Skips the records through an offset, which the destination has already. They are read all the same: those that cannot be read are not
   * at the destination, and the process that delivered the others may not have committed.
   *
   * @throws SinkContractViolation
   */
  skipThrough(pending: PendingRecords, offset: bigint): void {
    // Never delivered: only to learn what can be read. The unit's own has done its work.
    this.#collector = undefined;
    let reader = this.#collect();
    this.#eachThrough(pending, offset, (record) => {
      let added = addTo(reader, record);
      if (added === false) added = addTo((reader = this.#collect()), record);
      if (added === false) throw notTaken();
      if (added === true) this.#passed++;
      else this.#reject(undecodable(record, added, pending.firstSeen));
    });
  }

  #eachThrough(pending: PendingRecords, offset: bigint, act: (record: LazyRecord<unknown>) => void): void {
    for (let next = pending.next; next !== undefined; next = pending.next) {
      if (offsetOf(next) > offset) {
        // The record at that offset is gone from the log.
        if (this.#nextOffset <= offset) this.#nextOffset = offset + 1n;
        return;
      }
      if (next instanceof LazyRecord) act(next);
      else this.#reject(next);
      this.#nextOffset = pending.shift(next);
    }
  }

  /** @returns false where the record belongs into another unit */
  #add(record: LazyRecord<unknown>, firstSeen: Date): boolean {
    this.#collector ??= this.#collect();
    const added = addTo(this.#collector, record);
    if (added === false) return false;
    if (added !== true) {
      this.#reject(undecodable(record, added, firstSeen));
      return true;
    }
    if (this.isEmpty) {
      this.#startedMs = performance.now();
      this.#firstSeen = firstSeen;
    }
    this.#added.add(record.offset);
    this.#newestMs = record.timestampMs;
    return true;
  }

  #reject(record: RejectedRecord): void {
    this.#rejected.push({ ...record, raw: detachRecord(record.raw) });
    this.#rejectedBytes += recordBytes(record.raw);
  }

  /**
   * One try.
   *
   * @throws SinkContractViolation for an impossible result; whatever the sink throws
   */
  async deliver(context: WriteContext): Promise<Collected> {
    if (this.#collector === undefined) throw new Error('there is nothing to deliver');
    const collected = await this.#collector.deliver(context);
    if ('missingThrough' in collected) {
      const { missingThrough } = collected;
      // What exists of it may have come already, for not every offset has a record. But then it has come.
      if (missingThrough <= (this.#added.last ?? -1n) || missingThrough <= this.#missedThrough)
        throw new SinkContractViolation(
          `the sink misses the records through ${missingThrough}, which it has been given`,
        );
      this.#missedThrough = missingThrough;
      return collected;
    }
    const { deliveredThrough, rejected = [] } = collected;
    if (deliveredThrough < (this.#added.first ?? 0n))
      throw new SinkContractViolation(`the sink delivered through ${deliveredThrough}, where the unit had not begun`);
    const offsets = new Set(rejected.map(({ record }) => record.offset));
    for (const offset of offsets)
      if (offset > deliveredThrough || !this.#added.has(offset))
        throw new SinkContractViolation(
          `the sink rejected the record at ${offset}, which is not among those it delivered`,
        );
    if (offsets.size < rejected.length || rejected.some(({ record }) => !(record instanceof LazyRecord)))
      throw new SinkContractViolation('the sink rejected a record twice, or one that it had not been given');
    return collected;
  }

  /** Whether an outcome leaves records over that have to come again. */
  isCutBy({ deliveredThrough }: Delivered): boolean {
    return deliveredThrough < (this.#added.last ?? 0n);
  }

  /** What to commit after an outcome; without one, where there was nothing to deliver. */
  commitRequest(delivered?: Delivered, attempts = 1): CommitRequest {
    const isCut = delivered !== undefined && this.isCutBy(delivered);
    const nextOffset = isCut ? delivered.deliveredThrough + 1n : this.#nextOffset;
    const refused: RejectedRecord[] = [];
    for (const { record, reason } of delivered?.rejected ?? [])
      if (record instanceof LazyRecord) refused.push(rejection(record, reason, 'refused', attempts, this.#firstSeen));
    return {
      nextOffset,
      delivered: this.#added.countThrough(nextOffset - 1n) + this.#passed - refused.length,
      newestMs: isCut ? undefined : this.#newestMs,
      rejected: [...this.#rejected.filter(({ raw }) => raw.offset < nextOffset), ...refused],
      outputs: delivered?.outputs ?? [],
    };
  }
}

/** @returns whether the collector took the record, or why it cannot be read */
function addTo(collector: Collector, record: LazyRecord<unknown>): boolean | MalformedAvro {
  try {
    return collector.add(record);
  } catch (error) {
    if (error instanceof MalformedAvro) return error;
    throw new SinkContractViolation('the sink could not add a record that can be read', { cause: error });
  }
}

const notTaken = () => new SinkContractViolation('the sink did not take the first record of a unit');

const undecodable = (record: LazyRecord<unknown>, { message }: MalformedAvro, firstSeen: Date): RejectedRecord =>
  rejection(record, message, 'undecodable', 1, firstSeen);
