import { describe, expect, it } from 'vitest';
import { gathered } from './gathered.ts';

/** An act that the test ends. */
function heldActs() {
  const acts: { items: readonly string[]; end: PromiseWithResolvers<void> }[] = [];
  const act = (items: readonly string[]) => {
    const end = Promise.withResolvers<void>();
    acts.push({ items, end });
    return end.promise;
  };
  return { acts, act };
}
const turn = () => new Promise(setImmediate);

describe('gathered', () => {
  it('makes one call for all items of one turn, and then one for those that came meanwhile', async () => {
    const { acts, act } = heldActs();
    const gather = gathered(act);
    const first = Promise.all([gather('a'), gather('b')]);
    await turn();
    await turn();
    const later = Promise.all([gather('c'), gather('d')]);
    await turn();
    expect(acts.map(({ items }) => items)).toEqual([['a', 'b']]);
    acts[0]?.end.resolve();
    await first;
    await turn();
    expect(acts.map(({ items }) => items)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    acts[1]?.end.resolve();
    await later;
  });

  it('rejects all callers of a call that fails, and continues with the next', async () => {
    const gather = gathered<string>(async (items) => {
      if (items.includes('bad')) throw new Error('refused');
    });
    const outcomes = await Promise.allSettled([gather('a'), gather('bad')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await gather('b');
  });

  it('acts on an item alone where it must be', async () => {
    const acts: (readonly string[])[] = [];
    const gather = gathered<string>(
      async (items) => void acts.push(items),
      (item) => item.startsWith('alone'),
    );
    await Promise.all(['a', 'alone-1', 'b', 'alone-2'].map(gather));
    expect(acts).toEqual([['a', 'b'], ['alone-1'], ['alone-2']]);
  });
});
