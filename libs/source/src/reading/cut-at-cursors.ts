/**
 * Cuts groups anew so that each ends behind an item with a cursor: what is published together with a cursor is what the cursor
 * stands for.
 *
 * What follows the last cursor is given out at the end only if the source is exhausted. When it was stopped, or throws, the items
 * are left out: they are read again from that cursor.
 */
export async function* cutAtCursors<T extends { cursor?: string }>(
  groups: AsyncIterable<T[]>,
  signal: AbortSignal,
): AsyncGenerator<T[]> {
  let waiting: T[] = [];
  for await (const group of groups) {
    const end = group.findLastIndex(({ cursor }) => cursor !== undefined) + 1;
    if (end > 0) yield waiting.concat(group.slice(0, end));
    waiting = end > 0 ? group.slice(end) : waiting.concat(group);
  }
  if (waiting.length > 0 && !signal.aborted) yield waiting;
}
