/**
 * Which offsets were added, in ascending order: kept as runs without a gap, as nearly all of them follow on one another. A run takes 16
 * bytes, so that the worst case, where a transaction's mark follows each record, stays small.
 */
export class OffsetRuns {
  /** The first offset of each run, and the number of offsets before the run. The last run ends where `#last` says. */
  #starts = new BigInt64Array(16);
  #before = new Float64Array(16);
  #runs = 0;
  #count = 0;
  #last: bigint | undefined;

  add(offset: bigint): void {
    if (this.#last === undefined || offset !== this.#last + 1n) {
      if (this.#runs === this.#starts.length) this.#grow();
      this.#starts[this.#runs] = offset;
      this.#before[this.#runs] = this.#count;
      this.#runs++;
    }
    this.#last = offset;
    this.#count++;
  }

  get first(): bigint | undefined {
    return this.#runs === 0 ? undefined : this.#starts[0];
  }

  get last(): bigint | undefined {
    return this.#last;
  }

  /** The memory it holds; 0 while there is nothing in it. */
  get bytes(): number {
    return this.#runs === 0 ? 0 : this.#starts.byteLength + this.#before.byteLength;
  }

  has(offset: bigint): boolean {
    const run = this.#runAt(offset);
    return run >= 0 && offset - this.#startOf(run) < BigInt(this.#lengthOf(run));
  }

  /** How many there are up to and including an offset. */
  countThrough(offset: bigint): number {
    const run = this.#runAt(offset);
    if (run < 0) return 0;
    const into = offset - this.#startOf(run) + 1n;
    const length = this.#lengthOf(run);
    return this.#beforeOf(run) + (into < BigInt(length) ? Number(into) : length);
  }

  #grow(): void {
    const [starts, before] = [this.#starts, this.#before];
    this.#starts = new BigInt64Array(starts.length * 2);
    this.#before = new Float64Array(before.length * 2);
    this.#starts.set(starts);
    this.#before.set(before);
  }

  /** The last run that begins at or before an offset; -1 where there is none. */
  #runAt(offset: bigint): number {
    let [from, to] = [0, this.#runs];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#startOf(middle) <= offset) from = middle + 1;
      else to = middle;
    }
    return from - 1;
  }

  #startOf(run: number): bigint {
    return this.#starts[run] as bigint;
  }

  #beforeOf(run: number): number {
    return this.#before[run] as number;
  }

  #lengthOf(run: number): number {
    return (run + 1 < this.#runs ? this.#beforeOf(run + 1) : this.#count) - this.#beforeOf(run);
  }
}
