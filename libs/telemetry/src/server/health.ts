/** What `/live` and `/ready` answer from. */
export interface Health {
  /** Reports one part (`kafka`, `destination`) as ready, or as not ready with the reason. Not ready until first reported. */
  ready(part: string): void;
  notReady(part: string, reason: string): void;
  /**
   * Reports a wait, whatever the parts report: not ready until the returned function is called.
   *
   * @param what the object of "waiting for", which `/ready` shows with the reason
   * @param sinceMs when the wait began, in milliseconds since 1970: now unless given
   */
  waiting(what: string, reason: string, sinceMs?: number): () => void;
  /** Only a restart of the process helps. */
  dead(reason: string): void;
  readonly state: HealthState;
}

interface HealthState {
  live: boolean;
  ready: boolean;
  /** Why each part that is not ready is not. */
  reasons: Record<string, string>;
  /** Since when, as ISO 8601 text: a change of the reason does not change it. */
  since: Record<string, string>;
}

interface Problem {
  readonly part: string;
  readonly reason: string;
  readonly sinceMs: number;
}

/** @param parts the names of all parts that must be ready before the app is */
export function createHealth(parts: readonly string[]): Health {
  const problems = new Map(parts.map((part) => [part, problemOf(part, 'starting')]));
  const waits = new Set<Problem>();
  let live = true;
  const notReady = (part: string, reason: string) =>
    void problems.set(part, problemOf(part, reason, problems.get(part)?.sinceMs));
  return {
    ready: (part) => void problems.delete(part),
    notReady,
    waiting(what, reason, sinceMs) {
      const wait = problemOf(`waiting for ${what}`, reason, sinceMs);
      waits.add(wait);
      return () => void waits.delete(wait);
    },
    dead(reason) {
      live = false;
      notReady('process', reason);
    },
    get state() {
      const all = [...problems.values(), ...waits];
      // Several may wait for the same: the first since when.
      const since = new Map(all.toSorted((a, b) => b.sinceMs - a.sinceMs).map(({ part, sinceMs }) => [part, sinceMs]));
      return {
        live,
        ready: live && all.length === 0,
        reasons: Object.fromEntries(all.map(({ part, reason }) => [part, reason])),
        since: Object.fromEntries([...since].map(([part, ms]) => [part, new Date(ms).toISOString()])),
      };
    },
  };
}

const problemOf = (part: string, reason: string, sinceMs = Date.now()): Problem => ({ part, reason, sinceMs });
