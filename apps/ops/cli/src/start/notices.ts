/** A warning or an error of an app or a server, and how often it came. */
export interface Notice {
  /** Notices of one kind are counted as one. */
  kind: string;
  from: string;
  /** The text of the last one. */
  text: string;
  count: number;
  lastMs: number;
}

/** The warnings since the start. Lines that differ only in numbers are of one kind. */
export interface Notices {
  note(from: string, text: string): void;
  /** The newest first. */
  readonly newest: readonly Notice[];
  /** How many lines came in all. */
  readonly lines: number;
}

/** Beyond this, the oldest kind is dropped. */
const mostKinds = 100;

/** @param onNotice called for each line */
export function createNotices(onNotice: (notice: Notice) => void, nowMs = () => Date.now()): Notices {
  // The newest last.
  const kinds = new Map<string, Notice>();
  let lines = 0;
  return {
    note(from, text) {
      const kind = `${from} ${text.replaceAll(/\d+/g, '#')}`;
      const notice = { kind, from, text, count: (kinds.get(kind)?.count ?? 0) + 1, lastMs: nowMs() };
      kinds.delete(kind);
      kinds.set(kind, notice);
      lines += 1;
      for (const oldest of kinds.keys()) if (kinds.size > mostKinds) kinds.delete(oldest);
      onNotice(notice);
    },
    get newest() {
      return [...kinds.values()].toReversed();
    },
    get lines() {
      return lines;
    },
  };
}
