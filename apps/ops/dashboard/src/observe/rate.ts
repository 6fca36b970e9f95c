const windowMs = 15_000;

/** The pace of a number that only grows, over the last seconds. */
export interface Rate {
  add(value: number, atMs: number): void;
  /** Undefined until two values are known. */
  readonly perSecond: number | undefined;
  /** When it last grew; undefined until it has. */
  readonly grewMs: number | undefined;
}

/** @param over averages over so many milliseconds at least: longer for what grows in steps */
export function rate(over = windowMs): Rate {
  let values: { value: number; atMs: number }[] = [];
  let grewMs: number | undefined;
  return {
    add(value, atMs) {
      const last = values.at(-1);
      // The same look again.
      if (last?.atMs === atMs) return;
      // A restarted process counts from 0.
      if (last !== undefined && value < last.value) values = [];
      else if (last !== undefined && value > last.value) grewMs = atMs;
      const from = values.findLastIndex((each) => each.atMs <= atMs - over);
      values = [...values.slice(Math.max(0, from)), { value, atMs }];
    },
    get perSecond() {
      const [first, last] = [values[0], values.at(-1)];
      if (first === undefined || last === undefined || first === last) return undefined;
      return ((last.value - first.value) * 1000) / (last.atMs - first.atMs);
    },
    get grewMs() {
      return grewMs;
    },
  };
}

/** Rates by name. */
export function rates(over?: number) {
  const known = new Map<string, Rate>();
  return (name: string): Rate => {
    const found = known.get(name) ?? rate(over);
    known.set(name, found);
    return found;
  };
}
