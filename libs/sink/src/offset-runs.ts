/** Which offsets were added, in ascending order: kept as runs without a gap, as nearly all of them follow on one another. */
export class OffsetRuns {
  readonly #runs: { readonly first: bigint; last: bigint }[] = [];

  add(offset: bigint): void {
    const run = this.#runs.at(-1);
    if (run !== undefined && offset === run.last + 1n) run.last = offset;
    else this.#runs.push({ first: offset, last: offset });
  }

  get first(): bigint | undefined {
    return this.#runs[0]?.first;
  }

  get last(): bigint | undefined {
    return this.#runs.at(-1)?.last;
  }

  has(offset: bigint): boolean {
    return this.#runs.some(({ first, last }) => first <= offset && offset <= last);
  }

  /** How many there are up to and including an offset. */
  countThrough(offset: bigint): number {
    let count = 0n;
    for (const { first, last } of this.#runs)
      if (first <= offset) count += (last < offset ? last : offset) - first + 1n;
    return Number(count);
  }
}
