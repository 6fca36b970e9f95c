interface Mark {
  readonly offset: bigint;
  /** Records from this offset on came at this time or later. */
  atMs: number;
}

/** As many are kept: with more, every second one is dropped. */
const mostMarks = 64;

/** Marks closer to one another than this say nothing new. */
const closestMs = 250;

/**
 * When the records of a partition came into Kafka, as far as its end was looked at: a record came after the last look that found the end
 * before it. So a time is too early by the interval between two looks at most, and never too late.
 */
export class ArrivalTimes {
  /** By offset, and by time. */
  #marks: Mark[] = [];

  /** The end of the partition was there at that time. Calls come in the order of time. */
  ended(offset: bigint, atMs: number): void {
    const last = this.#marks.at(-1);
    if (last === undefined || offset > last.offset) {
      if (last !== undefined && atMs - last.atMs < closestMs) return;
      this.#marks.push({ offset, atMs });
      if (this.#marks.length > mostMarks) this.#thin();
    } else if (offset === last.offset) last.atMs = atMs;
  }

  /** What is known of a record that had come before the first look: the time that it carries. Calls come in the order of offsets. */
  carried(offset: bigint, timeMs: number): void {
    const behind = this.#marks.findIndex((mark) => mark.offset > offset);
    const at = behind < 0 ? this.#marks.length : behind;
    const [before, after] = [this.#marks[at - 1], this.#marks[at]];
    if (before?.offset === offset) return;
    const atMs = Math.max(before?.atMs ?? -Infinity, Math.min(timeMs, after?.atMs ?? Infinity));
    if (before !== undefined && atMs - before.atMs < closestMs) return;
    this.#marks.splice(at, 0, { offset, atMs });
    if (this.#marks.length > mostMarks) this.#thin();
  }

  /** When a record came, in milliseconds since 1970; undefined if nothing is known of it. */
  of(offset: bigint): number | undefined {
    return this.#marks[this.#at(offset)]?.atMs;
  }

  /** Nothing before this offset is asked for any more. */
  forgetBefore(offset: bigint): void {
    const at = this.#at(offset);
    if (at > 0) this.#marks.splice(0, at);
  }

  #at(offset: bigint): number {
    return this.#marks.findLastIndex((mark) => mark.offset <= offset);
  }

  #thin(): void {
    const last = this.#marks.length - 1;
    this.#marks = this.#marks.filter((_, n) => n % 2 === 0 || n === last);
  }
}
