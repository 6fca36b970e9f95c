import { afterEach, describe, expect, it, vi } from 'vitest';
import { chunks } from './chunks.ts';

const hourMs = 3_600_000;
afterEach(() => void vi.useRealTimers());

async function all<T>(groups: AsyncIterable<T[]>): Promise<T[][]> {
  const found: T[][] = [];
  for await (const group of groups) found.push(group);
  return found;
}

/** An origin that yields when the test does, and notes when it is asked and when it is ended. */
function origin() {
  const waiting: ((result: IteratorResult<number>) => void)[] = [];
  const state = { asked: 0, returned: false };
  const iterable: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next() {
        state.asked++;
        return new Promise((resolve) => waiting.push(resolve));
      },
      async return() {
        state.returned = true;
        return { done: true, value: undefined };
      },
    }),
  };
  return { iterable, state, give: (value: number) => waiting.shift()?.({ done: false, value }) };
}

describe('chunks', () => {
  it('hold at most so many items', async () => {
    async function* numbers() {
      yield* [1, 2, 3, 4, 5];
    }
    expect(await all(chunks(numbers(), { maxItems: 2, waitMs: hourMs }))).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('do not exist where there are no items', async () => {
    async function* nothing() {}
    expect(await all(chunks(nothing(), { maxItems: 2, waitMs: hourMs }))).toEqual([]);
  });

  it('come at once after a quiet time, and not again for a while; the pending item belongs to the next', async () => {
    vi.useFakeTimers();
    const { iterable, state, give } = origin();
    const groups = chunks(iterable, { maxItems: 10, waitMs: 100 });
    const first = groups.next();
    await vi.advanceTimersByTimeAsync(10_000);
    give(1);
    await vi.advanceTimersByTimeAsync(0);
    expect((await first).value).toEqual([1]);
    let second: number[] | undefined;
    void groups.next().then(({ value }) => (second = value ?? undefined));
    await vi.advanceTimersByTimeAsync(60);
    give(2);
    await vi.advanceTimersByTimeAsync(20);
    give(3);
    await vi.advanceTimersByTimeAsync(19);
    expect(second).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(second).toEqual([2, 3]);
    expect(state.asked).toBe(4);
  });

  it('hold all that comes in one turn, also where nothing waits', async () => {
    async function* numbers() {
      yield* [1, 2, 3];
      await new Promise(() => {});
    }
    const groups = chunks(numbers(), { maxItems: 10, waitMs: 0 });
    expect((await groups.next()).value).toEqual([1, 2, 3]);
  });

  it('come at once with an item that cannot wait', async () => {
    async function* numbers() {
      yield* [1, 2, 3];
      await new Promise(() => {});
    }
    const groups = chunks(numbers(), { maxItems: 10, waitMs: hourMs, isUrgent: (item) => item === 2 });
    expect((await groups.next()).value).toEqual([1, 2]);
  });

  it('ask for nothing more until a full group has been taken', async () => {
    const { iterable, state, give } = origin();
    const groups = chunks(iterable, { maxItems: 1, waitMs: hourMs });
    const first = groups.next();
    give(1);
    expect((await first).value).toEqual([1]);
    await new Promise(setImmediate);
    expect(state.asked).toBe(1);
  });

  it('throw an error of the origin after the items before it', async () => {
    async function* breaking() {
      yield 1;
      yield 2;
      throw new Error('broken off');
    }
    const groups = chunks(breaking(), { maxItems: 10, waitMs: hourMs });
    expect((await groups.next()).value).toEqual([1, 2]);
    await expect(groups.next()).rejects.toThrow('broken off');
  });

  it('leave no rejection unhandled while a group is being worked on', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    async function* breaking() {
      yield 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      throw new Error('broken off');
    }
    const groups = chunks(breaking(), { maxItems: 10, waitMs: 0 });
    expect((await groups.next()).value).toEqual([1]);
    await new Promise((resolve) => setTimeout(resolve, 30));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    await expect(groups.next()).rejects.toThrow('broken off');
  });

  it('end the origin when the consumer stops early, and not when it has ended itself', async () => {
    const { iterable, state, give } = origin();
    const taking = (async () => {
      for await (const _ of chunks(iterable, { maxItems: 1, waitMs: hourMs })) break;
    })();
    await new Promise(setImmediate);
    give(1);
    await taking;
    expect(state.returned).toBe(true);
  });
});
