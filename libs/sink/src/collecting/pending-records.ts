import { LazyRecord } from '../records/lazy-record.ts';
import type { ResolvedRecords } from '../records/resolve-schemas.ts';
import type { RejectedRecord } from '../records/rejected-record.ts';

export type ResolvedRecord = LazyRecord<unknown> | RejectedRecord;

export const offsetOf = (record: ResolvedRecord): bigint =>
  record instanceof LazyRecord ? record.offset : record.raw.offset;

/** Records that have been taken from the queue and are in no unit yet, readable or not, in offset order. */
export class PendingRecords {
  readonly firstSeen: Date;
  #records: readonly ResolvedRecord[];
  readonly #endOffset: bigint;
  #at = 0;

  /** @param endOffset what to commit when all of them are committed */
  constructor({ records, rejected }: ResolvedRecords, endOffset: bigint, firstSeen: Date) {
    const byOffset = (a: ResolvedRecord, b: ResolvedRecord) => Number(offsetOf(a) - offsetOf(b));
    this.#records = rejected.length === 0 ? records : [...records, ...rejected].sort(byOffset);
    this.#endOffset = endOffset;
    this.firstSeen = firstSeen;
  }

  get next(): ResolvedRecord | undefined {
    return this.#records[this.#at];
  }

  /** Takes the next record away, which is `record`. @returns what to commit when everything through it is committed */
  shift(record: ResolvedRecord): bigint {
    this.#at++;
    if (this.#at < this.#records.length) return offsetOf(record) + 1n;
    // A unit may wait long for what comes next: the bytes of a whole fetch need not be kept until then.
    this.#records = [];
    return this.#endOffset;
  }
}

/** Where nothing has been taken. */
export const noRecords = new PendingRecords({ records: [], rejected: [] }, 0n, new Date(0));
