/** Counts the bytes of messages that are held until Kafka has them. */
export interface HeldBytes {
  /** Whether so many more fit; always where nothing is held. */
  hasRoom(bytes: number): boolean;
  /** Calls back once so many more fit: at once, or when enough has been released. One at a time. */
  whenRoom(bytes: number, then: () => void): void;
  /** @returns what releases them, once */
  take(bytes: number): () => void;
  /** Nothing is held any more, nor waited for; what is released later does not count. */
  clear(): void;
}

export function heldBytes(most: number): HeldBytes {
  let held = 0;
  let life = {};
  let waiting: { bytes: number; then: () => void } | undefined;
  const hasRoom = (bytes: number) => held === 0 || held + bytes <= most;
  return {
    hasRoom,
    whenRoom(bytes, then) {
      if (hasRoom(bytes)) then();
      else waiting = { bytes, then };
    },
    take(bytes) {
      const own = life;
      held += bytes;
      return () => {
        if (own !== life) return;
        held -= bytes;
        if (waiting === undefined || !hasRoom(waiting.bytes)) return;
        const { then } = waiting;
        waiting = undefined;
        then();
      };
    },
    clear() {
      held = 0;
      life = {};
      waiting = undefined;
    },
  };
}
