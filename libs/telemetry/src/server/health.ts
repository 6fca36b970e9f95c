/** What `/live` and `/ready` answer from. */
export interface Health {
  /** Reports one part (`kafka`, `destination`) as ready, or as not ready with the reason. Not ready until first reported. */
  ready(part: string): void;
  notReady(part: string, reason: string): void;
  /**
   * Reports a wait, whatever the parts report: not ready until the returned function is called.
   *
   * @param what the object of "waiting for", which `/ready` shows with the reason
   */
  waiting(what: string, reason: string): () => void;
  /** Only a restart of the process helps. */
  dead(reason: string): void;
  readonly state: { live: boolean; ready: boolean; reasons: Record<string, string> };
}

/** @param parts the names of all parts that must be ready before the app is */
export function createHealth(parts: readonly string[]): Health {
  const reasons = new Map(parts.map((part) => [part, 'starting']));
  const waits = new Set<readonly [what: string, reason: string]>();
  let live = true;
  return {
    ready: (part) => void reasons.delete(part),
    notReady: (part, reason) => void reasons.set(part, reason),
    waiting(what, reason) {
      const wait = [`waiting for ${what}`, reason] as const;
      waits.add(wait);
      return () => void waits.delete(wait);
    },
    dead: (reason) => {
      live = false;
      reasons.set('process', reason);
    },
    get state() {
      return {
        live,
        ready: live && reasons.size + waits.size === 0,
        reasons: Object.fromEntries([...reasons, ...waits]),
      };
    },
  };
}
