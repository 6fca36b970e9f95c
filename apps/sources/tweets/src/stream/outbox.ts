/**
 * What several producers make, for one consumer, in the order in which it came. A producer that waits for its `push` holds no more
 * than one item beyond the limit, so memory is bounded (G5).
 */
export class Outbox<T> implements AsyncIterable<T> {
  readonly #limit: number;
  readonly #items: T[] = [];
  #waiting: (() => void)[] = [];
  #wake: () => void = () => {};
  #end: { error?: unknown } | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves when there is room for more. The item is in its place at once. */
  push(item: T): Promise<void> {
    this.#items.push(item);
    this.#wake();
    if (this.#items.length <= this.#limit) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** No more will come: the consumer ends behind the last item, with the error where there is one. */
  end(end: { error?: unknown } = {}): void {
    this.#end ??= end;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) {
        if (this.#items.length <= this.#limit) for (const resolve of this.#waiting.splice(0)) resolve();
        yield item;
      } else if (this.#end !== undefined) {
        if ('error' in this.#end) throw this.#end.error;
        return;
      } else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
