import { describe, expect, it } from 'vitest';
import { cutAtCursors } from './cut-at-cursors.ts';

type Item = { n: number; cursor?: string };

/** Items 1, 2 … in groups: `'ab.'` are three, of which the last has no cursor. */
async function* groups(...shapes: string[]): AsyncGenerator<Item[]> {
  let n = 0;
  for (const shape of shapes) {
    if (shape === '!') throw new Error('the origin broke');
    yield [...shape].map((cursor) => ({ n: ++n, ...(cursor !== '.' && { cursor }) }));
  }
}

async function cut(shapes: string[], signal = new AbortController().signal): Promise<number[][]> {
  const found: number[][] = [];
  try {
    for await (const group of cutAtCursors(groups(...shapes), signal)) found.push(group.map(({ n }) => n));
  } catch {
    found.push([]);
  }
  return found;
}

describe('groups cut at cursors', () => {
  it.each([
    ['groups that end with one, as they are', ['ab', 'c'], [[1, 2], [3]]],
    ['what follows a cursor, with the next one', ['a..', '.b', 'c'], [[1], [2, 3, 4, 5], [6]]],
    ['several groups without any, as one', ['..', '..', '.a'], [[1, 2, 3, 4, 5, 6]]],
    ['the rest of an exhausted source', ['a.', '.'], [[1], [2, 3]]],
    ['all of a source without cursors', ['..', '.'], [[1, 2, 3]]],
    ['nothing of what follows the last cursor when the source breaks', ['a.', '..', '!'], [[1], []]],
  ])('give out %s', async (_, shapes, expected) => {
    expect(await cut(shapes)).toEqual(expected);
  });

  it('leave out what follows the last cursor when the source was stopped', async () => {
    expect(await cut(['a.', '.'], AbortSignal.abort())).toEqual([[1]]);
  });
});
