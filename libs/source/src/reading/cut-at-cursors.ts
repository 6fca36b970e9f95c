/**
 * Regroups items so that each group ends with an item that has a cursor: a cursor is published with exactly the items that it covers.
 *
 * Items after the last cursor are yielded at the end only if the source is exhausted. When it was stopped, or throws, they are left out:
 * they are read again from that cursor.
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
