import type { KafkaRecord } from '@sluice/kafka';
import { ArrivalTimes } from './arrival-times.ts';

/** Older counts weigh less: a partition may have been written in another way then. */
const countedOffsets = 20_000n;

/**
 * How far one partition is. It learns what happens, and is asked when metrics are read: so its answers stay true while nothing happens.
 */
export class PartitionProgress {
  readonly topic: string;
  readonly partition: number;
  /** Bytes of records that are read ahead, and of those with what is in flight. */
  aheadBytes = 0;
  heldBytes = 0;
  isPaused = false;
  /** When this process was given the partition. */
  readonly #sinceMs = Date.now();
  readonly #arrivals = new ArrivalTimes();
  /** The end at the first look: what lies before it had come by then. */
  #firstEnd: bigint | undefined;
  #end: bigint | undefined;
  #committed: bigint | undefined;
  /** Where reading continues, and the offset after the last record that was read. */
  #position = 0n;
  #recordsEnd = 0n;
  /** Of the offsets that were read, how many are records: the others are markers, or were aborted. */
  #offsets = 0n;
  #records = 0;

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  /** Reading begins, or continues elsewhere. */
  started(offset: bigint): void {
    this.#position = offset;
    this.#recordsEnd = offset;
  }

  /** Records were read, up to `nextOffset`, while the records that can be read ended at `endOffset`. */
  read(records: readonly KafkaRecord[], nextOffset: bigint, endOffset: bigint, nowMs: number): void {
    const [first, last] = [records[0], records.at(-1)];
    if (first !== undefined && last !== undefined) {
      this.#recordsEnd = last.offset + 1n;
      if (first.offset < (this.#firstEnd ?? endOffset)) this.#arrivals.carried(first.offset, first.timestampMs);
    }
    this.#offsets += nextOffset - this.#position;
    this.#records += records.length;
    if (this.#offsets > countedOffsets) {
      this.#offsets /= 2n;
      this.#records /= 2;
    }
    this.#position = nextOffset;
    this.ended(endOffset, nowMs);
  }

  /** The records that can be read end there. */
  ended(offset: bigint, nowMs: number): void {
    this.#firstEnd ??= offset;
    if (this.#end !== undefined && offset < this.#end) return;
    this.#end = offset;
    this.#arrivals.ended(offset, nowMs);
  }

  committed(offset: bigint): void {
    this.#committed = offset;
    this.#arrivals.forgetBefore(offset);
  }

  /** Records that are not committed; undefined while that is not known. */
  get lag(): number | undefined {
    const offsets = this.#uncommittedOffsets();
    if (offsets === undefined || offsets === 0) return offsets;
    const share = this.#offsets === 0n ? 1 : this.#records / Number(this.#offsets);
    return Math.max(1, Math.round(offsets * share));
  }

  /** How long the oldest record that is not committed has been in Kafka; 0 if there is none, undefined while that is not known. */
  oldestUncommittedMs(nowMs: number): number | undefined {
    const offsets = this.#uncommittedOffsets();
    if (offsets === undefined || offsets === 0) return offsets;
    const came = this.#committed === undefined ? undefined : this.#arrivals.of(this.#committed);
    // The clock of this machine may have been set back.
    return Math.max(0, nowMs - (came ?? this.#sinceMs));
  }

  #uncommittedOffsets(): number | undefined {
    if (this.#committed === undefined || this.#end === undefined) return undefined;
    // Behind the last record there are only markers and aborted records.
    const done =
      this.#committed >= this.#recordsEnd && this.#position > this.#committed ? this.#position : this.#committed;
    return done >= this.#end ? 0 : Number(this.#end - done);
  }
}
