import type { KafkaRecord } from '@sluice/kafka';

/** Records of one partition that belong into one write. */
export interface Chunk {
  /** None where only control records and aborted ones came: then there is only an offset to commit. */
  records: readonly KafkaRecord[];
  /** The offset to commit once all of them are delivered or rejected. */
  nextOffset: bigint;
}

export interface QueueLimits {
  batchRecords: number;
  batchBytes: number;
}

/** The memory of a record's objects, in addition to its bytes: roughly, as measured on the heap. */
const overheadBytes = 300;

/** What a timer can hold; a longer one would end at once. */
const longestTimerMs = 2 ** 31 - 1;

export const recordBytes = ({ size }: KafkaRecord): number => size + overheadBytes;

/**
 * What has been read of one partition and not yet been taken, in offset order. One taker.
 *
 * `onBytes` gets every change of the memory that the queue holds, and of that with what was taken last, which is in flight until the
 * next `take`: so the owner can pause and resume fetching. Nothing lingers here: the broker has gathered what one fetch brings.
 */
export class PartitionQueue {
  readonly #limits: QueueLimits;
  readonly #onBytes: (aheadBytes: number, heldBytes: number) => void;
  #records: KafkaRecord[] = [];
  #head = 0;
  /** Of the records themselves. */
  #bytes = 0;
  /** Of all that they hold: a record is a view of its whole batch. */
  #heldBytes = 0;
  /** Of what was taken last. */
  #takenBytes = 0;
  /** The offset to commit once the queue is empty: past control records, which are never handed over. */
  #nextOffset = 0n;
  /** Whether that is past what was given out last, although there is no record. */
  #hasPassed = false;
  #wake: () => void = () => {};
  #isInterrupted = false;

  constructor(limits: QueueLimits, onBytes: (aheadBytes: number, heldBytes: number) => void) {
    this.#limits = limits;
    this.#onBytes = onBytes;
  }

  push(records: readonly KafkaRecord[], nextOffset: bigint): void {
    let batch: Buffer | undefined;
    for (const record of records) {
      this.#records.push(record);
      this.#bytes += recordBytes(record);
      this.#heldBytes += overheadBytes;
      if (record.bytes === batch) continue;
      batch = record.bytes;
      this.#heldBytes += batch.length;
    }
    this.#nextOffset = nextOffset;
    this.#hasPassed = records.length === 0;
    this.#report();
    this.#wake();
  }

  /** Drops everything: what follows is read again, from elsewhere. */
  clear(): void {
    this.#records = [];
    this.#head = 0;
    this.#bytes = 0;
    this.#heldBytes = 0;
    this.#takenBytes = 0;
    this.#hasPassed = false;
    this.#report();
  }

  /**
   * The next records, or an offset to commit, as soon as there is any. Undefined when `stop` is aborted, when `withinMs` have passed, and
   * after `interrupt`.
   */
  async take(stop: AbortSignal, withinMs = Infinity): Promise<Chunk | undefined> {
    const isReady = () => this.#head < this.#records.length || this.#hasPassed;
    return (await this.#wait(stop, withinMs, isReady)) ? this.#cut() : undefined;
  }

  /** Takes nothing, whatever comes, until `stop` is aborted, `withinMs` have passed, or `interrupt` is called. */
  async waitIdle(stop: AbortSignal, withinMs: number): Promise<void> {
    await this.#wait(stop, withinMs, () => false);
  }

  /** Ends the `take` or `waitIdle` under way, or the next, without records. */
  interrupt(): void {
    this.#isInterrupted = true;
    this.#wake();
  }

  #report(): void {
    this.#onBytes(this.#heldBytes, this.#heldBytes + this.#takenBytes);
  }

  /** @returns whether there is something to take */
  async #wait(stop: AbortSignal, withinMs: number, isReady: () => boolean): Promise<boolean> {
    const endMs = performance.now() + withinMs;
    if (this.#takenBytes > 0) {
      this.#takenBytes = 0;
      this.#report();
    }
    const onStop = () => this.#wake();
    stop.addEventListener('abort', onStop);
    try {
      while (!stop.aborted && !this.#isInterrupted) {
        if (isReady()) return true;
        const leftMs = endMs - performance.now();
        if (leftMs <= 0) return false;
        await this.#changed(leftMs);
      }
      this.#isInterrupted = false;
      return false;
    } finally {
      stop.removeEventListener('abort', onStop);
    }
  }

  #changed(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = withinMs === Infinity ? undefined : setTimeout(resolve, Math.min(withinMs, longestTimerMs));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #cut(): Chunk {
    const { batchRecords, batchBytes } = this.#limits;
    const records: KafkaRecord[] = [];
    let bytes = 0;
    const before = this.#heldBytes;
    while (this.#head < this.#records.length && records.length < batchRecords) {
      const next = this.#records[this.#head] as KafkaRecord;
      bytes += recordBytes(next);
      if (records.length > 0 && bytes > batchBytes) break;
      records.push(this.#shift());
    }
    const empty = this.#head === this.#records.length;
    if (empty) this.#hasPassed = false;
    const last = records.at(-1);
    this.#takenBytes = before - this.#heldBytes;
    this.#report();
    return { records, nextOffset: empty || last === undefined ? this.#nextOffset : last.offset + 1n };
  }

  #shift(): KafkaRecord {
    const record = this.#records[this.#head] as KafkaRecord;
    this.#head++;
    this.#bytes -= recordBytes(record);
    this.#heldBytes -= overheadBytes;
    if (this.#records[this.#head]?.bytes !== record.bytes) this.#heldBytes -= record.bytes.length;
    // Moved down now and then, not at every record: shifting an array costs its length.
    if (this.#head === this.#records.length || this.#head > 10_000) {
      this.#records = this.#records.slice(this.#head);
      this.#head = 0;
    }
    return record;
  }
}
