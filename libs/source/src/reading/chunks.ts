/**
 * Groups the items of an iterable: at most `maxItems` in a group, and at most one group in `waitMs` unless it is full or an item is urgent.
 * No item waits longer than that: after a quiet time, an item is yielded with those of the same turn of the event loop. Asks for the next
 * item only after the last group was taken: pull is backpressure.
 *
 * An error of the iterable is thrown after the items before it were yielded.
 */
export async function* chunks<T>(
  source: AsyncIterable<T>,
  limits: { maxItems: number; waitMs: number; isUrgent?: (item: T) => boolean },
): AsyncGenerator<T[]> {
  const iterator = source[Symbol.asyncIterator]();
  // A next() that is still pending when a group is yielded belongs to the next group.
  let pending: Promise<Settled<T>> | undefined;
  let ended: Settled<T> | undefined;
  let lastMs = -Infinity;
  try {
    while (ended === undefined) {
      const group: T[] = [];
      let deadline: Promise<undefined> | undefined;
      let timer: NodeJS.Timeout | undefined;
      while (group.length < limits.maxItems) {
        pending ??= settled(iterator.next());
        const result = deadline === undefined ? await pending : await Promise.race([pending, deadline]);
        if (result === undefined) break;
        pending = undefined;
        if ('error' in result || result.done === true) {
          ended = result;
          break;
        }
        group.push(result.value);
        if (limits.isUrgent?.(result.value) === true) break;
        deadline ??= new Promise((resolve) => {
          const leftMs = lastMs + limits.waitMs - performance.now();
          if (leftMs > 0) timer = setTimeout(() => resolve(undefined), leftMs);
          else setImmediate(() => resolve(undefined));
        });
      }
      clearTimeout(timer);
      if (group.length === 0) continue;
      lastMs = performance.now();
      yield group;
    }
    if ('error' in ended) throw ended.error;
  } finally {
    if (ended === undefined) await iterator.return?.();
  }
}

type Settled<T> = IteratorResult<T, unknown> | { error: unknown };

/** A rejection as a value: one that is not awaited yet must not count as unhandled. */
const settled = <T>(result: Promise<IteratorResult<T, unknown>>): Promise<Settled<T>> =>
  result.catch((error: unknown) => ({ error }));
