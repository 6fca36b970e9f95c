import { LazyRecord } from '../records/lazy-record.ts';
import type { ReadRecords } from '../records/read-records.ts';
import type { RejectedRecord } from '../records/rejected-record.ts';

export type ReadRecord = LazyRecord<unknown> | RejectedRecord;

export const offsetOf = (record: ReadRecord): bigint =>
  record instanceof LazyRecord ? record.offset : record.raw.offset;

/** Records that have been taken from the queue and are in no unit yet, readable or not, in offset order. */
export class PendingRecords {
  readonly firstSeen: Date;
  #records: readonly ReadRecord[];
  readonly #endOffset: bigint;
  #at = 0;

  /** @param endOffset what to commit when all of them are settled */
  constructor({ records, rejected }: ReadRecords, endOffset: bigint, firstSeen: Date) {
    const byOffset = (a: ReadRecord, b: ReadRecord) => Number(offsetOf(a) - offsetOf(b));
    this.#records = rejected.length === 0 ? records : [...records, ...rejected].sort(byOffset);
    this.#endOffset = endOffset;
    this.firstSeen = firstSeen;
  }

  get next(): ReadRecord | undefined {
    return this.#records[this.#at];
  }

  /** Takes the next record away, which is `record`. @returns what to commit when everything through it is settled */
  shift(record: ReadRecord): bigint {
    this.#at++;
    if (this.#at < this.#records.length) return offsetOf(record) + 1n;
    // A unit may wait long for what comes next: the bytes of a whole fetch need not be kept until then.
    this.#records = [];
    return this.#endOffset;
  }
}

/** Where nothing has been taken. */
export const noRecords = new PendingRecords({ records: [], rejected: [] }, 0n, new Date(0));
