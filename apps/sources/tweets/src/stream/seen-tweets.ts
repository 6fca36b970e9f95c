/** The ids of the newest deliveries, as many as it has room for, in the order of delivery. */
export class SeenTweets {
  readonly #room: number;
  readonly #known = new Set<string>();
  readonly #ring: string[] = [];
  #count = 0;

  constructor(room: number) {
    this.#room = room;
  }

  /** How many have been added in all. */
  get count(): number {
    return this.#count;
  }

  /** @returns whether it is new */
  add(id: string): boolean {
    if (this.#known.has(id)) return false;
    const place = this.#count++ % this.#room;
    const oldest = this.#ring[place];
    if (oldest !== undefined) this.#known.delete(oldest);
    this.#ring[place] = id;
    this.#known.add(id);
    return true;
  }

  /** The newest ids, `most` at most, as they were when `count` had been added; what has been overwritten since is left out. */
  newest(most: number, count: number): string[] {
    const ids: string[] = [];
    for (let at = Math.max(0, count - most, this.#count - this.#room); at < count; at++) {
      const id = this.#ring[at % this.#room];
      if (id !== undefined) ids.push(id);
    }
    return ids;
  }
}
