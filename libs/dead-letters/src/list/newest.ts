import type { ListedDeadLetter } from './listed.ts';

/** The newest dead letters, out of all that are added, in bounded memory. */
export function newestDeadLetters(limit: number) {
  const kept: ListedDeadLetter[] = [];
  let count = 0;
  const drop = () => {
    kept.sort((a, b) => a.envelope.deadSince.getTime() - b.envelope.deadSince.getTime());
    kept.splice(0, kept.length - limit);
  };
  return {
    add(deadLetter: ListedDeadLetter): void {
      count++;
      kept.push(deadLetter);
      if (kept.length >= 2 * limit + 1_000) drop();
    },
    /** The newest last. */
    take(): readonly ListedDeadLetter[] {
      drop();
      return kept;
    },
    /** How many were added. */
    get count(): number {
      return count;
    },
  };
}
