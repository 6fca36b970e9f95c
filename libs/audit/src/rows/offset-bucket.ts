import type { OffsetSums } from './event-table.ts';
import { bucketOffsets } from './offset-range.ts';

/** The records of one bucket of offsets, as Kafka has them. */
export class OffsetBucket {
  readonly partition: number;
  readonly number: bigint;
  readonly records: { offset: bigint; id: string; isDeadLetter: boolean }[] = [];
  #rows = 0n;
  #sum = 0n;
  #squares = 0n;

  constructor(partition: number, number: bigint) {
    this.partition = partition;
    this.number = number;
  }

  /** Its name among the buckets of a table. */
  get name(): string {
    return `${this.partition}:${this.number}`;
  }

  get deadLetters(): number {
    return this.records.length - Number(this.#rows);
  }

  add(record: { offset: bigint; id: string; isDeadLetter: boolean }): void {
    this.records.push(record);
    if (record.isDeadLetter) return;
    const place = record.offset % bucketOffsets;
    this.#rows++;
    this.#sum += place;
    this.#squares += place * place;
  }

  /** Whether the table has a row for each record that is not a dead letter, and no other. */
  isIn(sums: OffsetSums | undefined): boolean {
    const { rows, distinct, sum, squares } = sums ?? { rows: 0n, distinct: 0n, sum: 0n, squares: 0n };
    return rows === this.#rows && distinct === rows && sum === this.#sum && squares === this.#squares;
  }
}

/** The bucket that an offset is in. */
export const bucketNumber = (offset: bigint): bigint => offset / bucketOffsets;
