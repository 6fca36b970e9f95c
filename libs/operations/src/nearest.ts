/**
 * The known name that is most like another, or begins with it: so that a slip of the finger or an abbreviation is found, and chance is not.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((one) => ({ one, distance: distanceOf(name.toLowerCase(), one.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || a.one.length - b.one.length);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(1, Math.floor(name.length / 3)) ? best.one : undefined;
}

const distanceOf = (name: string, known: string): number =>
  name.length > 2 && known.startsWith(name) ? 1 : editDistance(name, known);

/** How many characters must be added, removed, replaced or exchanged with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let n = 0; n < a.length; n++) {
    const next = [n + 1];
    for (let m = 0; m < b.length; m++) {
      const replaced = (row[m] ?? 0) + (a[n] === b[m] ? 0 : 1);
      const isSwap = n > 0 && m > 0 && a[n] === b[m - 1] && a[n - 1] === b[m];
      const swapped = isSwap ? (before[m - 1] ?? 0) + 1 : Infinity;
      next.push(Math.min((row[m + 1] ?? 0) + 1, (next[m] ?? 0) + 1, replaced, swapped));
    }
    [before, row] = [row, next];
  }
  return row.at(-1) ?? 0;
}
