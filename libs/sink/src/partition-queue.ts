import type { KafkaRecord } from '@sluice/kafka';

/** Records of one partition that belong into one write. */
export interface Chunk {
  records: readonly KafkaRecord[];
  /** What to commit when all of them are settled. */
  nextOffset: bigint;
}

export interface QueueLimits {
  batchRecords: number;
  batchBytes: number;
  batchWaitMs: number;
}

/** What a record takes in memory beside its bytes, roughly: the objects around it, kafkajs's among them, as measured on the heap. */
const overheadBytes = 900;

export const recordBytes = ({ key, value }: KafkaRecord): number =>
  (key?.length ?? 0) + (value?.length ?? 0) + overheadBytes;

/**
 * What has been read of one partition and not yet been written, in offset order. One taker.
 *
 * `onBytes` hears every change of the queue's size, so that the owner can pause and resume the fetching. While
 * `isFull` says so nothing more comes until something is taken, so there is no use in waiting for a larger batch.
 */
export class PartitionQueue {
  readonly #limits: QueueLimits;
  readonly #onBytes: (bytes: number) => void;
  readonly #isFull: () => boolean;
  #records: KafkaRecord[] = [];
  #head = 0;
  #bytes = 0;
  /** The commit offset once the queue is empty: past control records that nobody sees. */
  #nextOffset = 0n;
  /** What the destination holds already, also of records that have not come yet. */
  #droppedThrough = -1n;
  #wake: () => void = () => {};
  /** When the first record came, or became the first. */
  #firstMs = 0;

  constructor(limits: QueueLimits, onBytes: (bytes: number) => void, isFull: () => boolean) {
    this.#limits = limits;
    this.#onBytes = onBytes;
    this.#isFull = isFull;
  }

  push(records: readonly KafkaRecord[], nextOffset: bigint): void {
    if (this.#records.length === this.#head) this.#firstMs = performance.now();
    for (const record of records) {
      // Offsets are not read for nothing: nearly always there is nothing to drop.
      if (this.#droppedThrough >= 0n && record.offset <= this.#droppedThrough) continue;
      this.#records.push(record);
      this.#bytes += recordBytes(record);
    }
    this.#nextOffset = nextOffset;
    this.#onBytes(this.#bytes);
    this.#wake();
  }

  /** Drops what the destination is known to hold already, now and when it comes. */
  dropThrough(offset: bigint): void {
    this.#droppedThrough = offset;
    while ((this.#records[this.#head]?.offset ?? offset + 1n) <= offset) this.#shift();
    this.#onBytes(this.#bytes);
  }

  /** The next write's records: as soon as there are enough, or the first has waited long enough. Undefined when `stop` is aborted. */
  async take(stop: AbortSignal): Promise<Chunk | undefined> {
    const onStop = () => this.#wake();
    stop.addEventListener('abort', onStop);
    try {
      while (!stop.aborted) {
        const waiting = this.#records.length - this.#head;
        if (waiting > 0) {
          const waitMs = this.#firstMs + this.#limits.batchWaitMs - performance.now();
          const { batchRecords, batchBytes } = this.#limits;
          if (waiting >= batchRecords || this.#bytes >= batchBytes || waitMs <= 0 || this.#isFull()) return this.#cut();
          await this.#changed(waitMs);
        } else await this.#changed();
      }
      return undefined;
    } finally {
      stop.removeEventListener('abort', onStop);
    }
  }

  #changed(withinMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = withinMs === undefined ? undefined : setTimeout(resolve, withinMs);
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
    while (this.#head < this.#records.length && records.length < batchRecords) {
      const next = this.#records[this.#head] as KafkaRecord;
      bytes += recordBytes(next);
      if (records.length > 0 && bytes > batchBytes) break;
      records.push(this.#shift());
    }
    const empty = this.#head === this.#records.length;
    this.#firstMs = performance.now();
    const last = records.at(-1) as KafkaRecord;
    this.#onBytes(this.#bytes);
    return { records, nextOffset: empty ? this.#nextOffset : last.offset + 1n };
  }

  #shift(): KafkaRecord {
    const record = this.#records[this.#head] as KafkaRecord;
    this.#head++;
    this.#bytes -= recordBytes(record);
    // Moved down now and then, not at every record: shifting an array costs its length.
    if (this.#head === this.#records.length || this.#head > 10_000) {
      this.#records = this.#records.slice(this.#head);
      this.#head = 0;
    }
    return record;
  }
}
