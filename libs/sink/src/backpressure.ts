import type { AssignedPartition } from '@sluice/kafka';

/** How long the fetcher is held. Well below any session timeout, as heartbeats wait with it. */
const holdMs = 200;

/** Holds reading back while a partition has read ahead more than its share. */
export interface Backpressure {
  /** Told each time what is read ahead changes. */
  onBytes(bytes: number): void;
  /** What the fetcher waits for before it fetches again; undefined when it need not. */
  hold(): Promise<void> | undefined;
  /** Whether the partition is held or paused: nothing more comes until something is taken. */
  readonly isFull: boolean;
}

/**
 * First the fetcher is held, for a moment: when the destination is merely busy it goes on as soon as there is room. Only a partition
 * that stays full is paused, so that it no longer holds up the others; kafkajs notices a resumed partition late.
 */
export function backpressure(assigned: AssignedPartition, shareBytes: () => number): Backpressure {
  let bytes = 0;
  let paused = false;
  let release: (() => void) | undefined;
  return {
    get isFull() {
      return paused || release !== undefined;
    },
    onBytes(now) {
      bytes = now;
      const share = shareBytes();
      if (bytes <= share) release?.();
      if (paused && bytes <= share / 2) {
        paused = false;
        assigned.resume();
      }
    },
    hold() {
      if (bytes <= shareBytes()) return undefined;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          release = undefined;
          if (!paused) {
            paused = true;
            assigned.pause();
          }
          resolve();
        }, holdMs);
        release = () => {
          clearTimeout(timer);
          release = undefined;
          resolve();
        };
      });
    },
  };
}
