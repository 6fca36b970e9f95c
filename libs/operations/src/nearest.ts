/** The known name that is most like another: within a third of its characters, so that a slip of the finger is found and chance is not. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((one) => ({ one, distance: editDistance(name.toLowerCase(), one.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(1, Math.floor(name.length / 3)) ? best.one : undefined;
}

/** How many characters must be added, removed or replaced (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (const [n, character] of [...a].entries()) {
    let diagonal = n;
    const next = [n + 1];
    for (const [m, other] of [...b].entries()) {
      const above = row[m + 1] ?? 0;
      next.push(Math.min(above + 1, (next[m] ?? 0) + 1, diagonal + (character === other ? 0 : 1)));
      diagonal = above;
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
