/** A warning or an error of an app or a server, with how often it came. */
export interface Notice {
  /** What those have in common that are counted as one. */
  kind: string;
  from: string;
  /** As it was said last. */
  text: string;
  count: number;
  lastMs: number;
}

/** The warnings since the start. Lines that differ in numbers alone are one. */
export interface Notices {
  note(from: string, text: string): void;
  /** The newest first. */
  readonly newest: readonly Notice[];
  /** How many lines there were in all. */
  readonly lines: number;
}

/** More kinds than anybody looks at; the oldest is forgotten. */
const mostKinds = 100;

/** @param onNotice called for each line, with what was known of its kind before */
export function createNotices(onNotice: (notice: Notice) => void, nowMs = () => Date.now()): Notices {
  // In the order in which they came last.
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
