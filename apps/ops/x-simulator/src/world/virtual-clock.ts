/** A clock that runs at another speed. */
export interface VirtualClock {
  nowMs(): number;
  /** A time span in real time. */
  realMs(ms: number): number;
}

export function virtualClock(speed: number, behindMs: number): VirtualClock {
  const [realStartMs, startMs] = [performance.now(), Date.now() - behindMs];
  return {
    nowMs: () => startMs + (performance.now() - realStartMs) * speed,
    realMs: (ms) => ms / speed,
  };
}
