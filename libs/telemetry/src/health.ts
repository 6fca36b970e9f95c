/** What `/live` and `/ready` answer from. */
export interface Health {
  /** Reports one part (`kafka`, `destination`) as ready, or as not ready with the reason. Not ready until first reported. */
  ready(part: string): void;
  notReady(part: string, reason: string): void;
  /** The process is beyond help and should be restarted. */
  dead(reason: string): void;
  readonly state: { live: boolean; ready: boolean; reasons: Record<string, string> };
}

/** @param parts the names of all parts that must be ready before the app is */
export function createHealth(parts: readonly string[]): Health {
  const reasons = new Map(parts.map((part) => [part, 'starting']));
  let live = true;
  return {
    ready: (part) => void reasons.delete(part),
    notReady: (part, reason) => void reasons.set(part, reason),
    dead: (reason) => {
      live = false;
      reasons.set('process', reason);
    },
    get state() {
      return { live, ready: live && reasons.size === 0, reasons: Object.fromEntries(reasons) };
    },
  };
}
